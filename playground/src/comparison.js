// Two patterns: which matches more, with an event between them.

import { compare } from '../../js/src/manual.js';
import { byId, element } from './dom.js';

const RELATIONS = {
  equivalent: 'Both patterns match the same events.',
  implies: 'B matches every event that A matches, and more.',
  implied: 'A matches every event that B matches, and more.',
  incomparable: 'Each pattern matches events that the other does not.',
  disjoint: 'No event is matched by both.',
  unknown: 'Not known: the proof needs more steps.',
};

const who = (matchesA, matchesB) => (matchesA && matchesB ? 'Both match' : matchesA ? 'Only A matches' : 'Only B matches');

/** Shows the relation. `add` takes an event to the other events. */
export function showComparison(a, b, domain, add) {
  const place = byId('comparison');
  if (a.pattern === null || b.pattern === null) {
    place.replaceChildren(element('p', {}, 'AWS refuses a pattern: there is nothing to compare.'));
    return;
  }
  const { relation, witnesses, reason } = compare(a.text, b.text, { domain });
  const items = witnesses.map(({ event, matchesA, matchesB }) =>
    element(
      'li',
      {},
      element('strong', {}, `${who(matchesA, matchesB)}:`),
      element('pre', { tabindex: '0', 'aria-label': `${who(matchesA, matchesB)} this event` }, event),
      element('button', { type: 'button', onclick: () => add(event) }, 'Add to the events'),
    ),
  );
  place.replaceChildren(
    element('p', { class: 'relation' }, RELATIONS[relation] ?? relation),
    element('p', {}, reason ?? (domain === 'cloudtrail' ? 'Proved for CloudTrail records.' : 'Proved for all messages.')),
    element('ul', { class: 'witnesses' }, ...items),
  );
}
