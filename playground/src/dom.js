// Elements without markup in texts: what comes from events and links is only ever a text.

/** An element with attributes and children; a child that is a string becomes a text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) {
      made.addEventListener(key.slice(2), value);
    } else if (value === true) {
      made.setAttribute(key, '');
    } else if (value !== false && value !== undefined) {
      made.setAttribute(key, value);
    }
  }
  made.append(...children.filter((child) => child !== undefined && child !== null));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Sets a text only if it changed, so that a screen reader does not repeat it. */
export function say(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** Calls `run` once, after no call came for `wait` milliseconds. */
export function later(run, wait) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, wait);
  };
}

/** A number with its noun. */
export function counted(count, one, more) {
  return `${count.toLocaleString('en')} ${count === 1 ? one : more}`;
}
