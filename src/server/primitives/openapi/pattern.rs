//! Python's regular expressions, as far as routes are told apart by them.
//!
//! Letters, `.`, classes, groups, `|`, repetition and anchors; of anything else nobody knows here whether it fits.

use std::iter::Peekable;
use std::str::Chars;

/// So many steps are taken before nobody knows.
const STEPS: usize = 20_000;

/// So deep may groups lie within each other.
const DEEPEST: usize = 20;

/// A pattern.
#[derive(Debug)]
enum Node {
    /// One of these letters, or none of them.
    Letter(Vec<(char, char)>, bool),
    Start,
    End,
    /// One of several sequences.
    Group(Vec<Vec<Self>>),
    /// From so many times to so many.
    Repeat(Box<Self>, usize, usize),
}

/// Whether the pattern is found anywhere in the text; none where nobody knows.
pub(super) fn is_found(pattern: &str, text: &str) -> Option<bool> {
    let mut letters = pattern.chars().peekable();
    let parsed = alternatives(&mut letters, 0)?;
    if letters.next().is_some() {
        return None;
    }
    let text: Vec<char> = text.chars().collect();
    let mut matcher = Matcher { text: &text, steps: STEPS };
    let pattern = [Node::Group(parsed)];
    let mut answer = Some(false);
    for start in 0..=text.len() {
        match matcher.at(&Rest::of(&pattern, &Rest::Done), start) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => answer = None,
        }
    }
    answer
}

fn alternatives(letters: &mut Peekable<Chars<'_>>, depth: usize) -> Option<Vec<Vec<Node>>> {
    if depth > DEEPEST {
        return None;
    }
    let mut all = vec![Vec::new()];
    while let Some(letter) = letters.peek().copied() {
        match letter {
            ')' => break,
            '|' => {
                letters.next();
                all.push(Vec::new());
            }
            _ => {
                let node = repeated(letters, depth)?;
                all.last_mut()?.push(node);
            }
        }
    }
    Some(all)
}

/// One node and how often it comes.
fn repeated(letters: &mut Peekable<Chars<'_>>, depth: usize) -> Option<Node> {
    let node = single(letters, depth)?;
    let (least, most) = match letters.peek() {
        Some('*') => (0, usize::MAX),
        Some('+') => (1, usize::MAX),
        Some('?') => (0, 1),
        Some('{') => return counted(letters, node),
        _ => return Some(node),
    };
    letters.next();
    finished(letters, Node::Repeat(Box::new(node), least, most))
}

/// `{2}`, `{2,}`, `{2,3}`; what is none of these are letters.
fn counted(letters: &mut Peekable<Chars<'_>>, node: Node) -> Option<Node> {
    letters.next();
    let mut inner = String::new();
    loop {
        match letters.next()? {
            '}' => break,
            letter => inner.push(letter),
        }
    }
    let (least, most) = match inner.split_once(',') {
        None => (inner.parse().ok()?, inner.parse().ok()?),
        Some((least, "")) => (least.parse().ok()?, usize::MAX),
        Some((least, most)) => (least.parse().ok()?, most.parse().ok()?),
    };
    finished(letters, Node::Repeat(Box::new(node), least, most))
}

/// What is repeated as little as possible is found in the same texts; nothing else may follow.
fn finished(letters: &mut Peekable<Chars<'_>>, node: Node) -> Option<Node> {
    if letters.peek() == Some(&'?') {
        letters.next();
    }
    if matches!(letters.peek(), Some('*' | '+' | '?' | '{')) { None } else { Some(node) }
}

fn single(letters: &mut Peekable<Chars<'_>>, depth: usize) -> Option<Node> {
    Some(match letters.next()? {
        '^' => Node::Start,
        '$' => Node::End,
        '.' => Node::Letter(vec![('\n', '\n')], false),
        '(' => {
            if letters.peek() == Some(&'?') {
                letters.next();
                if letters.next()? != ':' {
                    return None;
                }
            }
            let inner = alternatives(letters, depth + 1)?;
            if letters.next()? != ')' {
                return None;
            }
            Node::Group(inner)
        }
        '[' => class(letters)?,
        '\\' => match letters.next()? {
            'A' => Node::Start,
            letter => Node::Letter(escaped(letter)?, true),
        },
        '*' | '+' | '?' => return None,
        // a brace that counts nothing is one
        letter => Node::Letter(vec![(letter, letter)], true),
    })
}

/// What stands for a class behind a backslash, or the letter itself.
fn escaped(letter: char) -> Option<Vec<(char, char)>> {
    Some(match letter {
        'd' => vec![('0', '9')],
        'w' => vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')],
        's' => vec![(' ', ' '), ('\t', '\r')],
        letter if letter.is_ascii_alphanumeric() => return None,
        letter => vec![(letter, letter)],
    })
}

fn class(letters: &mut Peekable<Chars<'_>>) -> Option<Node> {
    let mut ranges = Vec::new();
    let is_among = letters.next_if_eq(&'^').is_none();
    loop {
        let letter = match letters.next()? {
            ']' if !ranges.is_empty() => break,
            '\\' => {
                let escaped = escaped(letters.next()?)?;
                match &*escaped {
                    [(letter, last)] if letter == last => *letter,
                    _ => {
                        ranges.extend(escaped);
                        continue;
                    }
                }
            }
            letter => letter,
        };
        if letters.peek() == Some(&'-') {
            letters.next();
            match letters.next()? {
                ']' => {
                    ranges.extend([(letter, letter), ('-', '-')]);
                    break;
                }
                '\\' | '[' => return None,
                last => ranges.push((letter, last)),
            }
        } else {
            ranges.push((letter, letter));
        }
    }
    Some(Node::Letter(ranges, is_among))
}

/// What has to be matched yet.
enum Rest<'n> {
    Done,
    Nodes(&'n [Node], &'n Self),
    /// A node so many times more, but for where it matched nothing.
    More(&'n Node, usize, usize, usize, &'n Self),
}

impl<'n> Rest<'n> {
    fn of(nodes: &'n [Node], rest: &'n Self) -> Self {
        Self::Nodes(nodes, rest)
    }
}

struct Matcher<'t> {
    text: &'t [char],
    steps: usize,
}

impl Matcher<'_> {
    /// Whether the rest matches from `at` on.
    fn at(&mut self, rest: &Rest<'_>, at: usize) -> Option<bool> {
        self.steps = self.steps.checked_sub(1)?;
        match rest {
            Rest::Done => Some(true),
            Rest::Nodes([], rest) => self.at(rest, at),
            Rest::Nodes([first, others @ ..], rest) => self.node(first, &Rest::Nodes(others, rest), at),
            Rest::More(node, least, most, from, rest) => {
                if *least == 0 && at == *from {
                    return self.at(rest, at);
                }
                self.repeat(node, *least, *most, rest, at)
            }
        }
    }

    fn node(&mut self, node: &Node, rest: &Rest<'_>, at: usize) -> Option<bool> {
        match node {
            Node::Start => {
                if at == 0 {
                    self.at(rest, at)
                } else {
                    Some(false)
                }
            }
            Node::End => {
                let is_end = at == self.text.len() || at + 1 == self.text.len() && self.text[at] == '\n';
                if is_end { self.at(rest, at) } else { Some(false) }
            }
            Node::Letter(ranges, is_among) => match self.text.get(at) {
                Some(letter)
                    if ranges.iter().any(|(first, last)| first <= letter && letter <= last) == *is_among =>
                {
                    self.at(rest, at + 1)
                }
                _ => Some(false),
            },
            Node::Group(several) => {
                for one in several {
                    if self.at(&Rest::Nodes(one, rest), at)? {
                        return Some(true);
                    }
                }
                Some(false)
            }
            Node::Repeat(node, least, most) => self.repeat(node, *least, *most, rest, at),
        }
    }

    fn repeat(&mut self, node: &Node, least: usize, most: usize, rest: &Rest<'_>, at: usize) -> Option<bool> {
        if most > 0 {
            let fewer = if most == usize::MAX { most } else { most - 1 };
            let more = Rest::More(node, least.saturating_sub(1), fewer, at, rest);
            if self.node(node, &more, at)? {
                return Some(true);
            }
        }
        if least == 0 { self.at(rest, at) } else { Some(false) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn finds_what_python_finds() {
        for (pattern, text, expected) in [
            (".*", "/pets", Some(true)),
            ("^/pets", "/pets/1", Some(true)),
            ("^/pets$", "/pets/1", Some(false)),
            (r"^/pets/\{[^}]+\}$", "/pets/{id}", Some(true)),
            (r".*\{.*\}.*", "/pets", Some(false)),
            (r".*\{.*\}.*", "/pets/{id}/toys", Some(true)),
            ("/(admin|internal)/.*", "/v1/internal/x", Some(true)),
            ("/(?:admin|internal)/", "/v1/public/x", Some(false)),
            (r"/v\d+/", "/v12/x", Some(true)),
            ("^/(a*)*b$", "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", None),
            ("^(?!/admin)", "/x", None),
            ("a{2,3}$", "/baaa", Some(true)),
            ("[a-c]{2}x", "/abx", Some(true)),
            ("(", "/x", None),
            ("", "/x", Some(true)),
        ] {
            assert_eq!(is_found(pattern, text), expected, "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn any_pattern_ends(pattern in r"[ab./\\^$*+?(){}|\[\]:,0-2-]{0,20}", text in "[ab/]{0,20}") {
            let _ = is_found(&pattern, &text);
        }
    }
}
