//! One pass over a text for many words of four bytes, whatever their case.
//!
//! Every other position is one look into a table that stays in the nearest cache, so that the speed does not depend on
//! how many words there are.

/// As many bits as the hash of three bytes has values.
const BITS: usize = 1 << 17;

/// As many as the hash of a word has values.
const BUCKETS: usize = 1 << 10;

/// The words to look for, each with what to do about it.
#[derive(Debug)]
pub(super) struct Search<T> {
    /// For each hash of three bytes, whether they are the first or the last of a word.
    bits: Box<[u64; BITS / 64]>,
    /// The words by their buckets.
    words: Vec<(u32, T)>,
    /// Where among the words each bucket begins, and the last ends.
    buckets: Vec<usize>,
}

/// Four bytes as one number, capitals as small letters; a few signs become one another, which costs a second look.
fn folded(word: [u8; 4]) -> u32 {
    u32::from_le_bytes(word) | 0x2020_2020
}

/// Of the first three bytes of the word.
fn hash(word: u32) -> usize {
    ((word << 8).wrapping_mul(0x9e37_79b1) >> 15) as usize
}

fn bucket(word: u32) -> usize {
    (word.wrapping_mul(0x9e37_79b1) >> 22) as usize
}

impl<T: Copy> Search<T> {
    pub(super) fn new(anchors: Vec<([u8; 4], T)>) -> Self {
        let mut words: Vec<(u32, T)> =
            anchors.into_iter().map(|(word, anchor)| (folded(word), anchor)).collect();
        words.sort_by_key(|(word, _)| bucket(*word));
        let mut bits = Box::new([0; BITS / 64]);
        for (word, _) in &words {
            for hash in [hash(*word), hash(*word >> 8)] {
                bits[hash / 64] |= 1 << (hash % 64);
            }
        }
        let begins = |number| words.partition_point(|(word, _)| bucket(*word) < number);
        let buckets = (0..=BUCKETS).map(begins).collect();
        Self { bits, words, buckets }
    }

    /// Calls `found` with each word and its place in order of the text, until that answers `Some`.
    ///
    /// What `found` answers is an option so that it can give up with `?`; most candidates are nothing.
    pub(super) fn each(&self, text: &[u8], mut found: impl FnMut(T, usize) -> Option<()>) {
        let mut even = 0;
        while let Some(next) = self.next(text, even) {
            for at in next.saturating_sub(1)..=next {
                let Some(word) = text[at..].first_chunk().map(|word| folded(*word)) else { continue };
                let bucket = bucket(word);
                let alike = &self.words[self.buckets[bucket]..self.buckets[bucket + 1]];
                for (_, anchor) in alike.iter().filter(|(other, _)| *other == word) {
                    if found(*anchor, at).is_some() {
                        return;
                    }
                }
            }
            even = next + 2;
        }
    }

    /// The first even place from `even` on whose three bytes may be of a word that begins there or one place before;
    /// the last of the text in any case. All time is spent here: the loops are kept small, and look at every other place.
    #[inline(never)]
    fn next(&self, text: &[u8], even: usize) -> Option<usize> {
        let (quads, _) = text.get(even..)?.as_chunks();
        let one_may_be = |[[a, b, c, d], [e, f, ..]]: &[[u8; 4]; 2]| {
            self.may_be([*a, *b, *c, *d]) | self.may_be([*c, *d, *e, *f])
        };
        let even =
            even + 4 * quads.array_windows().position(one_may_be).unwrap_or(quads.len().saturating_sub(1));
        let (pairs, _) = text[even..].as_chunks();
        let may_be = |[[a, b], [c, d]]: &[[u8; 2]; 2]| self.may_be([*a, *b, *c, *d]);
        let found = pairs.array_windows().position(may_be).unwrap_or(pairs.len().saturating_sub(1));
        Some(even + 2 * found).filter(|at| *at < text.len())
    }

    /// Whether the first three bytes may be the first or the last of a word.
    #[expect(clippy::inline_always, reason = "a call takes longer than the look itself")]
    #[inline(always)]
    fn may_be(&self, bytes: [u8; 4]) -> bool {
        let hash = hash(folded(bytes));
        self.bits[hash / 64] >> (hash % 64) & 1 != 0
    }
}

/// The words that begin with `start`, of three bytes or more, where what follows is one of `next`.
pub(super) fn words(start: &str, next: impl Fn(u8) -> bool) -> Vec<[u8; 4]> {
    match *start.as_bytes() {
        [a, b, c, d, ..] => vec![[a, b, c, d]],
        // the search does not tell cases apart
        [a, b, c] => {
            let next = (0x21_u8..0x7f).filter(|byte| {
                !byte.is_ascii_uppercase() && (next(*byte) || next(byte.to_ascii_uppercase()))
            });
            next.map(|d| [a, b, c, d]).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn finds_every_word_in_every_case() {
        let search = Search::new(vec![(*b"ghp_", 1), (*b"oken", 2), (*b"oken", 3)]);
        let mut found = Vec::new();
        search.each(b"ghp_ TOKEN GHP_", |anchor, at| {
            found.push((anchor, at));
            None
        });
        assert_eq!(found, [(1, 0), (2, 6), (3, 6), (1, 11)]);
    }

    #[test]
    fn stops_when_told_to() {
        let search = Search::new(vec![(*b"aaaa", ())]);
        let mut count = 0;
        search.each(&[b'a'; 100], |(), _| {
            count += 1;
            (count == 3).then_some(())
        });
        assert_eq!(count, 3);
    }

    #[test]
    fn short_words_take_what_may_follow() {
        assert_eq!(words("hf_x", |_| true), [*b"hf_x"]);
        assert_eq!(words("hf_", |byte| byte == b'A' || byte == b'-'), [*b"hf_-", *b"hf_a"]);
    }

    proptest! {
        #[test]
        fn misses_nothing(text in "[abAB]{0,40}") {
            let search = Search::new(vec![(*b"abba", ())]);
            let mut found = Vec::new();
            search.each(text.as_bytes(), |(), at| { found.push(at); None });
            let lower = text.to_ascii_lowercase();
            let all: Vec<usize> = (0..lower.len()).filter(|at| lower[*at..].starts_with("abba")).collect();
            prop_assert_eq!(found, all);
        }
    }
}
