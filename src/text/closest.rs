//! Which of the known words was probably meant.

/// Words longer than this are never compared: nobody mistypes them, and the comparison is quadratic.
const LONGEST: usize = 128;

/// Finds the candidate nearest to `word`, if one is near enough to be what was meant.
///
/// Case, `-` and `_` do not count; a swap of two neighbours counts once. As in cargo, a third of the word may be
/// wrong. Of equally near candidates the first wins.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = folded(word);
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let limit = word.len().max(3) / 3;
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = folded(candidate);
        if other.len().abs_diff(word.len()) > limit {
            continue;
        }
        let distance = distance(&word, &other);
        if distance <= limit && best.is_none_or(|(nearest, _)| distance < nearest) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn folded(word: &str) -> Vec<char> {
    word.chars().filter(|char| !matches!(char, '-' | '_')).flat_map(char::to_lowercase).collect()
}

/// The Damerau-Levenshtein distance in its restricted form: no part is edited twice.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before_last = vec![0; to.len() + 1];
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, left) in from.iter().enumerate() {
        let mut current = vec![row + 1; to.len() + 1];
        for (column, right) in to.iter().enumerate() {
            let replaced = last[column] + usize::from(left != right);
            let mut cost = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *left == to[column - 1] && from[row - 1] == *right {
                cost = cost.min(before_last[column - 1] + 1);
            }
            current[column + 1] = cost;
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn finds_what_was_meant() {
        for (word, candidates, meant) in [
            ("requires_python", &["readme", "requires-python"][..], Some("requires-python")),
            ("dependancies", &["dependencies", "description"], Some("dependencies")),
            ("scirpts", &["scripts", "gui-scripts"], Some("scripts")),
            ("MIT", &["ISC", "mit"], Some("mit")),
            ("mti", &["mit"], Some("mit")),
            ("name", &["version"], None),
            ("ab", &["cd"], None),
            ("", &["a"], None),
            ("-", &["a"], None),
            ("nam", &["name", "names", "nam1"], Some("name")),
        ] {
            assert_eq!(closest(word, candidates.iter().copied()), meant, "{word}");
        }
    }

    #[test]
    fn counts_a_swap_once() {
        let chars = |word: &str| word.chars().collect::<Vec<_>>();
        assert_eq!(distance(&chars("abcd"), &chars("abdc")), 1);
        assert_eq!(distance(&chars("kitten"), &chars("sitting")), 3);
        assert_eq!(distance(&chars(""), &chars("ab")), 2);
    }

    proptest! {
        #[test]
        fn distance_is_symmetric(left in "[abc]{0,8}", right in "[abc]{0,8}") {
            let (left, right): (Vec<_>, Vec<_>) = (left.chars().collect(), right.chars().collect());
            prop_assert_eq!(distance(&left, &right), distance(&right, &left));
        }
    }
}
