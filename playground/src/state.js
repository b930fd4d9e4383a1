// What a link carries: the patterns and the pasted events, after the `#`, which a browser never sends.

/** Browsers and chat programs cut longer addresses. */
const LINK_CHARACTERS = 30_000;

const KEYS = { a: 'p', b: 'q', events: 'e', mode: 'm', domain: 'd' };

/** The state of a fragment; members that it does not have are missing. */
export function read(fragment) {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''));
  const state = {};
  for (const [name, key] of Object.entries(KEYS)) {
    if (parameters.has(key)) {
      state[name] = parameters.get(key);
    }
  }
  return state;
}

/** The fragment of a state, and what it leaves out because it is too long. */
export function write(state) {
  const fragment = (members) => {
    const parameters = new URLSearchParams();
    for (const [name, key] of Object.entries(KEYS)) {
      if (members[name] !== undefined && members[name] !== '') {
        parameters.set(key, members[name]);
      }
    }
    return `#${parameters}`;
  };
  const whole = fragment(state);
  if (whole.length <= LINK_CHARACTERS) {
    return { fragment: whole, left: undefined };
  }
  return { fragment: fragment({ ...state, events: undefined }), left: 'the events, which are too long for a link' };
}
