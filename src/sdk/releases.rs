//! Sets of releases, as the tables spell them.

/// A set of minor releases of one SDK, each known by its place in the list of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Releases(u128);

/// The letters that stand for places.
const LETTERS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

impl Releases {
    /// Every release, also those that are not yet published.
    pub const ALL: Self = Self(u128::MAX);
    /// No release.
    pub const NONE: Self = Self(0);

    /// Reads a word of places: from the first to before the second, from the third to before the fourth, and so on;
    /// the last stretch is open when its end is missing. A letter that is none ends the word.
    pub(super) fn read(word: &str) -> Self {
        let places = word.bytes().map_while(|letter| LETTERS.iter().position(|known| *known == letter));
        // each place turns round whether it and all that follow are in
        Self(places.fold(0, |set, place| set ^ (u128::MAX << place)))
    }

    /// Whether the release at `place` is in.
    pub fn contains(self, place: usize) -> bool {
        place < LETTERS.len() && self.0 >> place & 1 == 1
    }

    /// The releases that are in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The releases that are in either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The releases that are not in the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Where the stretch without a gap that holds `place` begins, which is in.
    pub fn start(self, place: usize) -> usize {
        (0..place).rev().take_while(|before| self.contains(*before)).last().unwrap_or(place)
    }

    /// The first release behind `place` that is not in; none when all are.
    pub fn end(self, place: usize) -> Option<usize> {
        (place + 1..LETTERS.len()).find(|behind| !self.contains(*behind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_words() {
        let places =
            |word: &str| (0..8).filter(|place| Releases::read(word).contains(*place)).collect::<Vec<_>>();
        assert_eq!(places(""), Vec::<usize>::new());
        assert_eq!(places("0"), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(places("24"), [2, 3]);
        assert_eq!(places("135"), [1, 2, 5, 6, 7]);
        assert_eq!(places("67Z"), [6]);
    }

    #[test]
    fn knows_the_stretch_around_a_release() {
        let releases = Releases::read("135");
        assert_eq!((releases.start(2), releases.end(2)), (1, Some(3)));
        assert_eq!((releases.start(6), releases.end(6)), (5, None));
        assert_eq!(releases.or(Releases::read("35")).start(6), 1);
        assert!(releases.and(Releases::read("35")).is_empty());
    }
}
