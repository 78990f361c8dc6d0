//! Two texts as a unified diff, as `diff -u` writes it and `patch` reads it.

use std::fmt::Write as _;

/// So many lines that stay are shown around those that change.
const CONTEXT: usize = 3;

/// With more changed lines than this, all between the first and the last are shown as changed.
const MOST_CHANGED: usize = 1000;

/// A line that is kept (` `), removed (`-`) or added (`+`).
type Line<'t> = (char, &'t str);

/// The change of the file at `path`; it had no `before` when it is new. Empty when nothing changes.
pub fn unified(path: &str, before: Option<&str>, after: &str) -> String {
    let old: Vec<&str> = before.unwrap_or_default().split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let lines = lines(&old, &new);
    let mut text = String::new();
    let mut from = 0;
    while let Some(hunk) = next_hunk(&lines, from) {
        from = hunk.end;
        text += &written(&lines, hunk);
    }
    let source = if before.is_some() { path } else { "/dev/null" };
    if text.is_empty() && before.is_some() { text } else { format!("--- {source}\n+++ {path}\n{text}") }
}

/// Where the next changes lie, with the lines around them.
fn next_hunk(lines: &[Line<'_>], from: usize) -> Option<std::ops::Range<usize>> {
    let changed = |at: &usize| lines[*at].0 != ' ';
    let first = (from..lines.len()).find(changed)?;
    let mut last = first;
    while let Some(next) = (last + 1..lines.len().min(last + 2 * CONTEXT + 2)).find(changed) {
        last = next;
    }
    Some(first.saturating_sub(CONTEXT).max(from)..lines.len().min(last + CONTEXT + 1))
}

fn written(lines: &[Line<'_>], hunk: std::ops::Range<usize>) -> String {
    let count = |lines: &[Line<'_>], other: char| lines.iter().filter(|(mark, _)| *mark != other).count();
    // an empty stretch is named by the line before it
    let stretch = |other: char| {
        let (before, length) = (count(&lines[..hunk.start], other), count(&lines[hunk.clone()], other));
        format!("{},{length}", before + usize::from(length > 0))
    };
    let mut text = format!("@@ -{} +{} @@\n", stretch('+'), stretch('-'));
    for (mark, line) in &lines[hunk.clone()] {
        let end = if line.ends_with('\n') { "" } else { "\n\\ No newline at end of file\n" };
        let _ = write!(text, "{mark}{line}{end}");
    }
    text
}

/// The lines of both texts in one list.
fn lines<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Line<'t>> {
    let (mut lines, mut from) = (Vec::new(), (0, 0));
    for (left, right) in kept(old, new).into_iter().chain([(old.len(), new.len())]) {
        lines.extend(old[from.0..left].iter().map(|line| ('-', *line)));
        lines.extend(new[from.1..right].iter().map(|line| ('+', *line)));
        lines.extend(old.get(left).map(|line| (' ', *line)));
        from = (left + 1, right + 1);
    }
    lines
}

/// The lines that stay, by their numbers in both texts: those at both ends, and between them as many as can be.
fn kept(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let same = |(left, right): &(&&str, &&str)| left == right;
    let head = old.iter().zip(new).take_while(same).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(same).count();
    let middle = between(&old_rest[..old_rest.len() - tail], &new_rest[..new_rest.len() - tail]);
    let middle = middle.into_iter().map(|(left, right)| (head + left, head + right));
    let tail = (0..tail).rev().map(|back| (old.len() - 1 - back, new.len() - 1 - back));
    (0..head).map(|at| (at, at)).chain(middle).chain(tail).collect()
}

/// The longest common part, by the greedy search of Myers: how far each diagonal is reached with one change more.
fn between(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let most = MOST_CHANGED.min(old.len() + new.len());
    // the diagonal on which both texts are as far
    let zero = most + 1;
    let mut reached = vec![0; 2 * most + 3];
    let mut steps: Vec<Vec<usize>> = Vec::new();
    for changes in 0..=most {
        steps.push(reached[zero - changes - 1..=zero + changes + 1].to_vec());
        for diagonal in (zero - changes..=zero + changes).step_by(2) {
            let (down, right) = (reached[diagonal + 1], reached[diagonal - 1] + 1);
            let added = diagonal == zero - changes || (diagonal != zero + changes && right <= down);
            let mut x = if added { down } else { right };
            let mut y = x + zero - diagonal;
            while x < old.len() && y < new.len() && old[x] == new[y] {
                (x, y) = (x + 1, y + 1);
            }
            reached[diagonal] = x;
            if x >= old.len() && y >= new.len() {
                return way_back(&steps, (old.len(), new.len()));
            }
        }
    }
    Vec::new()
}

/// The lines kept on the way that `steps` found to `end`.
fn way_back(steps: &[Vec<usize>], end: (usize, usize)) -> Vec<(usize, usize)> {
    let ((mut x, mut y), mut kept) = (end, Vec::new());
    for (changes, reached) in steps.iter().enumerate().rev() {
        // the middle of the list is the diagonal where both are as far
        let diagonal = x + changes + 1 - y;
        let (down, right) = (reached[diagonal + 1], reached[diagonal - 1] + 1);
        let added = diagonal == 1 || (diagonal != 2 * changes + 1 && right <= down);
        let (from_x, from_y) = match (changes, added) {
            (0, _) => (0, 0),
            (_, true) => (down, down + changes - diagonal),
            (_, false) => (right - 1, right + changes + 1 - diagonal),
        };
        let stop = if added { (from_x, from_y + 1) } else { (from_x + 1, from_y) };
        let stop = if changes == 0 { (0, 0) } else { stop };
        while x > stop.0 && y > stop.1 {
            (x, y) = (x - 1, y - 1);
            kept.push((x, y));
        }
        (x, y) = (from_x, from_y);
    }
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_as_diff_writes_it() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl";
        let after = "a\nB\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n";
        let expected = "\
--- x.toml
+++ x.toml
@@ -1,5 +1,5 @@
 a
-b
+B
 c
 d
 e
@@ -9,4 +9,4 @@
 i
 j
 k
-l
\\ No newline at end of file
+l
";
        assert_eq!(unified("x.toml", Some(before), after), expected);
        assert_eq!(unified("x", None, "a\nb\n"), "--- /dev/null\n+++ x\n@@ -0,0 +1,2 @@\n+a\n+b\n");
        assert_eq!(unified("x", Some("a\n"), ""), "--- x\n+++ x\n@@ -1,1 +0,0 @@\n-a\n");
        assert_eq!(unified("x", Some(before), before), "");
    }

    #[test]
    fn changes_that_lie_close_share_a_hunk() {
        let before: String = (0..30).map(|number| format!("{number}\n")).collect();
        for (second, hunks) in [("7\n", 1), ("8\n", 1), ("9\n", 2)] {
            let after = before.replace("\n1\n", "\nx\n").replace(&format!("\n{second}"), "\ny\n");
            assert_eq!(unified("x", Some(&before), &after).matches("@@ -").count(), hunks, "{second}");
        }
    }

    proptest! {
        #[test]
        fn both_texts_are_in_it(before in "[ab\n]{0,40}", after in "[ab\n]{0,40}") {
            let old: Vec<&str> = before.split_inclusive('\n').collect();
            let new: Vec<&str> = after.split_inclusive('\n').collect();
            let lines = lines(&old, &new);
            let without = |mark| lines.iter().filter(|line| line.0 != mark).map(|line| line.1).collect::<String>();
            prop_assert_eq!(without('+'), &*before);
            prop_assert_eq!(without('-'), &*after);
        }
    }
}
