/* The search knows the rules: by code, by name, and by what their findings say. A line of a report may be pasted as it
 * is: what it says of one project in backticks tells little of the rule, and words that no page holds tell nothing. */
"use strict";

const stemmer = new Stemmer();
const isIndexed = (word) =>
  [Search._index.terms, Search._index.titleterms].some((terms) => Object.hasOwn(terms, word));
/* The stems of the words of a text; numbers are none. */
const stems = (text) => {
  const words = text.toLowerCase().match(/[\p{Letter}\p{Number}_]+/gu) || [];
  return new Set(words.filter((word) => !/^[0-9]+$/.test(word)).map((word) => stemmer.stemWord(word)));
};
const little = new Set([...stopwords].map((word) => stemmer.stemWord(word)));
const plain = (text) => text.replace(/`[^`]*`/g, " ");
const said = (text) => ({ text, words: stems(text), plain: stems(plain(text)) });
/* How much of the words a text holds, from 0 to 1, and a little more for the text that says least beside them. */
const share = (words, held) => {
  const weight = (word) => (little.has(word) ? 0.2 : isIndexed(word) || held.has(word) ? 1 : 0);
  const sum = (some) => [...some].reduce((total, word) => total + weight(word), 0);
  const common = [...words].filter((word) => held.has(word));
  return words.size ? sum(common) / (sum(words) || 1) + sum(common) / (sum(held) || 1) / 10 : 0;
};
const ENOUGH = 0.6;

/* `RULES` is written beside this file: for each rule its page, its title, its code, its name and its messages. */
const known = RULES.map(([page, title, code, name, messages]) => ({ page, title, code, name, messages: messages.map(said) }));

/* How well the rule answers the query, and the message by which it does. */
const answer = (rule, query) => {
  const line = query.toLowerCase();
  const names = (word) => line.split(/[^\p{Letter}\p{Number}-]+/u).includes(word.toLowerCase());
  if (names(rule.code)) return [3, null];
  if (names(rule.name)) return [2, null];
  const all = stems(query);
  const words = stems(plain(query)).size ? stems(plain(query)) : all;
  if (all.size < 2) return [0, null];
  const scores = rule.messages.map((message) => [
    share(words, words === all ? message.words : message.plain) + share(all, message.words) / 20,
    message.text,
  ]);
  return scores.reduce((best, score) => (score[0] > best[0] ? score : best), [0, null]);
};

const search = Search._performSearch;
Search._performSearch = (query, ...terms) => {
  const rules = known
    .map((rule) => [...answer(rule, query), rule])
    .filter(([score]) => score >= ENOUGH)
    .sort(([one], [other]) => other - one)
    .slice(0, 5)
    .map(([score, message, { page, title }]) => [
      page, title, message ? "#messages" : "", message, score, `${page}.md`, SearchResultKind.title,
    ]);
  const pages = new Set(rules.map(([page]) => page));
  const others = search(query, ...terms).filter(([page]) => !pages.has(page));
  // the last is shown first
  return [...others, ...rules.reverse()];
};

const parse = Search._parseQuery;
Search._parseQuery = (query) => {
  const parsed = parse(query);
  const indexed = [...parsed[1]].filter((term) => Object.keys(Search._index.terms).some((one) => one.includes(term)));
  if (indexed.length) parsed[1] = new Set(indexed);
  return parsed;
};
