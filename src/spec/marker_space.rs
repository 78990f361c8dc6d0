//! What markers admit, joined and compared: each a set of environments.
//!
//! Standard: packaging.python.org, "Dependency specifiers" (PEP 508). A set is a decision diagram over the variables of
//! the markers that the space was made for, shared and reduced, so that equal sets are one set. Python's version is a
//! line, cut where the markers cut it and ended where no Python is admitted; of any other variable each text that it is
//! held against is a class, and all other texts are one more. What is compared otherwise (`in`, `platform_release >=`)
//! is a thing of its own which holds or does not, and of which nothing else is taken for granted.
//!
//! As uv does, Python's version is compared by its release alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::marker::{Marker, MarkerOp, Operand};
use super::version::{Operator, Version, VersionSpecifier, VersionSpecifiers};

/// A set of environments, of the space that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MarkerSet(u32);

impl MarkerSet {
    /// No environment.
    pub const NONE: Self = Self(0);
    /// All that the space knows of.
    pub const ALL: Self = Self(1);
}

/// The environments that some markers can tell apart.
#[derive(Debug)]
pub struct MarkerSpace {
    axes: Vec<Axis>,
    /// What `extra` may be: the extras that are asked for.
    extras: Vec<String>,
    /// The first two stand for the empty and the full set.
    nodes: Vec<Node>,
    known: HashMap<Node, MarkerSet>,
    joined: HashMap<(Join, MarkerSet, MarkerSet), MarkerSet>,
    exhausted: bool,
}

/// An environment, as far as markers ask for it.
#[derive(Clone, Debug)]
pub struct MarkerEnvironment {
    /// Python's version.
    pub python: Version,
    /// Other variables and what they are; of the others nothing is known.
    pub words: &'static [(&'static str, &'static str)],
}

/// More sets than a lock of this world makes.
const MOST_NODES: usize = 200_000;

/// The set of each class of an axis, on which all axes before it have no say.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Node {
    axis: usize,
    classes: Vec<MarkerSet>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Join {
    Both,
    Either,
}

/// What environments differ in.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Axis {
    /// Python's version: where each stretch begins, the first one with the first Python, and where the last one ends.
    Python { begins: Vec<Option<Cut>>, end: Option<Cut> },
    /// A variable: the texts that it is held against; any other text is the last class.
    Words(&'static str, Vec<String>),
    /// A comparison as written, which fails or holds.
    Opaque(String),
}

/// A place between versions: right before the one named, or right behind it.
type Cut = (Version, Side);
/// From one place to another; none is the end of the line.
type Stretch = (Option<Cut>, Option<Cut>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Before,
    Behind,
}

/// What one comparison asks for.
enum Literal {
    /// Python's version lies in one of these.
    Python(Vec<Stretch>),
    /// A variable is this text, or is not.
    Word(&'static str, String, bool),
    /// The extra of this name is asked for, or is not.
    Extra(String, bool),
    /// Something else, as written.
    Opaque(String),
}

impl MarkerSpace {
    /// The space of `markers` and of the Pythons that `requires_python` admits, where `extras` are asked for.
    pub fn new<'m>(
        markers: impl IntoIterator<Item = &'m Marker>,
        requires_python: Option<&VersionSpecifiers>,
        extras: Vec<String>,
    ) -> Self {
        let mut cuts = BTreeSet::new();
        let mut words: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
        let mut opaque = BTreeSet::new();
        let mut pending: Vec<&Marker> = markers.into_iter().collect();
        while let Some(marker) = pending.pop() {
            match marker {
                Marker::And(all) | Marker::Or(all) => pending.extend(all),
                Marker::Compare(left, comparison, right) => match literal(left, *comparison, right) {
                    Literal::Python(stretches) => {
                        cuts.extend(stretches.into_iter().flat_map(|(from, to)| [from, to]).flatten());
                    }
                    Literal::Word(variable, word, _) => {
                        words.entry(variable).or_default().insert(word);
                    }
                    Literal::Extra(..) => {}
                    Literal::Opaque(text) => {
                        opaque.insert(text);
                    }
                },
            }
        }
        let mut axes = vec![python_axis(cuts, requires_python)];
        axes.extend(
            words.into_iter().map(|(variable, words)| Axis::Words(variable, words.into_iter().collect())),
        );
        axes.extend(opaque.into_iter().map(Axis::Opaque));
        let end = Node { axis: axes.len(), classes: Vec::new() };
        Self {
            axes,
            extras,
            nodes: vec![end.clone(), end],
            known: HashMap::new(),
            joined: HashMap::new(),
            exhausted: false,
        }
    }

    /// Whether there were too many sets to tell any of them for certain.
    pub fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    /// The environments that `marker` admits, which is one of those that the space was made for.
    pub fn of(&mut self, marker: &Marker) -> MarkerSet {
        match marker {
            Marker::And(all) => all.iter().fold(MarkerSet::ALL, |set, part| {
                let part = self.of(part);
                self.both(set, part)
            }),
            Marker::Or(any) => any.iter().fold(MarkerSet::NONE, |set, part| {
                let part = self.of(part);
                self.either(set, part)
            }),
            Marker::Compare(left, comparison, right) => self.of_literal(&literal(left, *comparison, right)),
        }
    }

    /// What is in both sets.
    pub fn both(&mut self, left: MarkerSet, right: MarkerSet) -> MarkerSet {
        self.join(Join::Both, left, right)
    }

    /// What is in either set.
    pub fn either(&mut self, left: MarkerSet, right: MarkerSet) -> MarkerSet {
        self.join(Join::Either, left, right)
    }

    /// Whether an environment is in the set; `otherwise` says whether what is not known of it holds.
    pub fn contains(&self, set: MarkerSet, environment: &MarkerEnvironment, otherwise: bool) -> bool {
        let mut at = set;
        while at > MarkerSet::ALL {
            let node = &self.nodes[at.0 as usize];
            at = node.classes[self.axes[node.axis].class_of(environment, otherwise)];
        }
        at == MarkerSet::ALL
    }

    /// A marker that admits the set and nothing else; none where that is all. The set is not empty.
    pub fn marker(&mut self, set: MarkerSet) -> Option<String> {
        if set == MarkerSet::ALL {
            return None;
        }
        let mut terms = Vec::new();
        self.collect(set, &mut Vec::new(), &mut terms);
        let terms = self.lean(set, terms);
        let is_sole = terms.len() == 1;
        let phrase = |term: &Term| match &term[..] {
            [one] => one.text.clone(),
            several if is_sole => conjunction(several),
            several => format!("({})", conjunction(several)),
        };
        Some(terms.iter().map(phrase).collect::<Vec<_>>().join(" or "))
    }

    fn of_literal(&mut self, literal: &Literal) -> MarkerSet {
        let axis = match literal {
            Literal::Extra(extra, wanted) => {
                return if self.extras.contains(extra) == *wanted { MarkerSet::ALL } else { MarkerSet::NONE };
            }
            Literal::Python(_) => self.axes.iter().position(|axis| matches!(axis, Axis::Python { .. })),
            Literal::Word(variable, ..) => {
                self.axes.iter().position(|axis| matches!(axis, Axis::Words(own, _) if own == variable))
            }
            Literal::Opaque(text) => {
                self.axes.iter().position(|axis| matches!(axis, Axis::Opaque(own) if own == text))
            }
        };
        let axis = axis.expect("the space was made for this marker");
        let classes = self.axes[axis].classes_of(literal);
        self.held(axis, &classes)
    }

    fn node(&mut self, axis: usize, classes: Vec<MarkerSet>) -> MarkerSet {
        if classes.iter().all(|class| *class == classes[0]) {
            return classes[0];
        }
        let node = Node { axis, classes };
        if let Some(known) = self.known.get(&node) {
            return *known;
        }
        if self.nodes.len() >= MOST_NODES {
            self.exhausted = true;
            return MarkerSet::NONE;
        }
        let set = MarkerSet(u32::try_from(self.nodes.len()).expect("their number is bounded"));
        self.nodes.push(node.clone());
        self.known.insert(node, set);
        set
    }

    fn join(&mut self, join: Join, left: MarkerSet, right: MarkerSet) -> MarkerSet {
        let (left, right) = (left.min(right), left.max(right));
        let (absorbing, neutral) = match join {
            Join::Both => (MarkerSet::NONE, MarkerSet::ALL),
            Join::Either => (MarkerSet::ALL, MarkerSet::NONE),
        };
        if left == absorbing || right == absorbing {
            return absorbing;
        }
        if left == neutral || left == right {
            return right;
        }
        if right == neutral {
            return left;
        }
        if let Some(known) = self.joined.get(&(join, left, right)) {
            return *known;
        }
        let axis = self.nodes[left.0 as usize].axis.min(self.nodes[right.0 as usize].axis);
        let classes = (0..self.axes[axis].len()).map(|class| {
            let (left, right) = (self.under(left, axis, class), self.under(right, axis, class));
            self.join(join, left, right)
        });
        let classes = classes.collect();
        let set = self.node(axis, classes);
        self.joined.insert((join, left, right), set);
        set
    }

    /// What is left of the set in a class of an axis.
    fn under(&self, set: MarkerSet, axis: usize, class: usize) -> MarkerSet {
        let node = &self.nodes[set.0 as usize];
        if node.axis == axis { node.classes[class] } else { set }
    }

    /// The ways through the diagram, each as what it asks for.
    fn collect(&mut self, set: MarkerSet, way: &mut Term, terms: &mut Vec<Term>) {
        if set == MarkerSet::ALL {
            terms.push(way.clone());
        }
        if set <= MarkerSet::ALL {
            return;
        }
        if terms.len() > MOST_TERMS {
            self.exhausted = true;
            return;
        }
        let Node { axis, classes } = self.nodes[set.0 as usize].clone();
        let mut seen = BTreeSet::new();
        for next in &classes {
            if *next == MarkerSet::NONE || !seen.insert(*next) {
                continue;
            }
            let held: Vec<bool> = classes.iter().map(|class| class == next).collect();
            let length = way.len();
            for phrase in self.axes[axis].phrases(&held) {
                let set = self.held(axis, &phrase.classes);
                way.push(Unit { text: phrase.text, is_choice: phrase.is_choice, set });
            }
            self.collect(*next, way, terms);
            way.truncate(length);
        }
    }

    /// The set of the classes of an axis that are held.
    fn held(&mut self, axis: usize, classes: &[bool]) -> MarkerSet {
        let sets = classes.iter().map(|held| if *held { MarkerSet::ALL } else { MarkerSet::NONE });
        self.node(axis, sets.collect())
    }

    /// The terms without what they need not ask for, and without those that others hold.
    fn lean(&mut self, set: MarkerSet, mut terms: Vec<Term>) -> Vec<Term> {
        for term in &mut terms {
            let mut at = 0;
            while at < term.len() && term.len() > 1 {
                let rest = self.all_but(term, Some(at));
                if self.both(rest, set) == rest {
                    term.remove(at);
                } else {
                    at += 1;
                }
            }
        }
        let mut at = 0;
        while at < terms.len() && terms.len() > 1 {
            let mut others = MarkerSet::NONE;
            for (place, term) in terms.iter().enumerate() {
                let term = if place == at { MarkerSet::NONE } else { self.all_but(term, None) };
                others = self.either(others, term);
            }
            if others == set {
                terms.remove(at);
            } else {
                at += 1;
            }
        }
        terms
    }

    /// What all units of a term admit, one of them left out.
    fn all_but(&mut self, term: &Term, left_out: Option<usize>) -> MarkerSet {
        let units = term.iter().enumerate().filter(|(place, _)| Some(*place) != left_out);
        units.fold(MarkerSet::ALL, |all, (_, unit)| self.both(all, unit.set))
    }
}

/// Units that must all hold.
type Term = Vec<Unit>;

/// A part of a term, with what it admits.
#[derive(Clone, Debug)]
struct Unit {
    text: String,
    /// Whether it is several comparisons of which one must hold.
    is_choice: bool,
    set: MarkerSet,
}

fn conjunction(units: &[Unit]) -> String {
    let text = |unit: &Unit| if unit.is_choice { format!("({})", unit.text) } else { unit.text.clone() };
    units.iter().map(text).collect::<Vec<_>>().join(" and ")
}

/// Classes of an axis in words.
struct Phrase {
    text: String,
    is_choice: bool,
    classes: Vec<bool>,
}

impl Phrase {
    fn plain(text: String, classes: Vec<bool>) -> Self {
        Self { text, is_choice: false, classes }
    }

    /// One of `phrases` holds, of which together `classes` are admitted.
    fn choice(phrases: &[String], classes: &[bool]) -> Self {
        Self { is_choice: phrases.len() > 1, text: phrases.join(" or "), classes: classes.to_vec() }
    }
}

/// More terms than a marker of this world has.
const MOST_TERMS: usize = 500;

impl Axis {
    fn len(&self) -> usize {
        match self {
            Self::Python { begins, .. } => begins.len(),
            Self::Words(_, words) => words.len() + 1,
            Self::Opaque(_) => 2,
        }
    }

    fn class_of(&self, environment: &MarkerEnvironment, otherwise: bool) -> usize {
        match self {
            Self::Python { begins, .. } => {
                let at = Some((environment.python.only_release(), Side::Before));
                begins.iter().rposition(|begin| *begin <= at).unwrap_or_default()
            }
            Self::Words(variable, words) => {
                let word =
                    environment.words.iter().find(|(own, _)| own == variable).map_or("", |(_, word)| *word);
                words.iter().position(|own| own == word).unwrap_or(words.len())
            }
            Self::Opaque(_) => usize::from(otherwise),
        }
    }

    /// Which classes the literal admits.
    fn classes_of(&self, literal: &Literal) -> Vec<bool> {
        match (self, literal) {
            (Self::Python { begins, .. }, Literal::Python(stretches)) => {
                let within = |at: &Option<Cut>, (from, to): &Stretch| {
                    from <= at && to.as_ref().is_none_or(|to| at.as_ref().is_none_or(|at| at < to))
                };
                begins.iter().map(|begin| stretches.iter().any(|stretch| within(begin, stretch))).collect()
            }
            (Self::Words(_, words), Literal::Word(_, word, wanted)) => {
                let classes = words.iter().map(Some).chain([None]);
                classes.map(|class| (class == Some(word)) == *wanted).collect()
            }
            _ => vec![false, true],
        }
    }

    /// The classes in words, which must all hold.
    fn phrases(&self, held: &[bool]) -> Vec<Phrase> {
        match self {
            Self::Python { begins, end } => python_phrases(begins, end.as_ref(), held),
            Self::Words(variable, words) => {
                let listed = |wanted: bool| words.iter().zip(held).filter(move |(_, held)| **held == wanted);
                if held[words.len()] {
                    let unlike = |(word, _): (&String, _)| {
                        let classes = self.classes_of(&Literal::Word(variable, word.clone(), false));
                        Phrase::plain(format!("{variable} != {}", quoted(word)), classes)
                    };
                    listed(false).map(unlike).collect()
                } else {
                    let alike = listed(true).map(|(word, _)| format!("{variable} == {}", quoted(word)));
                    vec![Phrase::choice(&alike.collect::<Vec<_>>(), held)]
                }
            }
            Self::Opaque(text) if held[1] => vec![Phrase::plain(text.clone(), held.to_vec())],
            // a marker denies nothing: what is admitted where this fails is admitted where it holds, too
            Self::Opaque(_) => Vec::new(),
        }
    }
}

/// The line of Pythons, from the first that is admitted to the last.
fn python_axis(cuts: BTreeSet<Cut>, requires_python: Option<&VersionSpecifiers>) -> Axis {
    let admitted: Vec<Vec<Stretch>> =
        requires_python.into_iter().flat_map(|all| all.iter().filter_map(of_python)).collect();
    let ends = admitted.into_iter().filter(|stretches| stretches.len() == 1).flatten();
    let (mut from, mut to): Stretch = (None, None);
    for (begin, end) in ends {
        from = from.max(begin);
        to = [to, end].into_iter().flatten().min();
    }
    let within = |cut: &Cut| Some(cut) > from.as_ref() && to.as_ref().is_none_or(|to| cut < to);
    let begins = std::iter::once(from.clone()).chain(cuts.into_iter().filter(within).map(Some));
    let begins = begins.collect();
    Axis::Python { begins, end: to }
}

const PYTHON: &str = "python_full_version";

/// The stretches that are held, each by its bounds, or in the shorter form of one version or one minor.
fn python_phrases(begins: &[Option<Cut>], end: Option<&Cut>, held: &[bool]) -> Vec<Phrase> {
    let bound = |at: usize| begins.get(at).map_or(end, Option::as_ref);
    if let [(from, to)] = runs(held, false)[..]
        && from > 0
        && to < held.len()
        && let Some(version) = single(bound(from), bound(to))
    {
        return vec![Phrase::plain(format!("{PYTHON} != '{version}'"), held.to_vec())];
    }
    let range = |from: usize, to: usize| (0..held.len()).map(|at| from <= at && at < to).collect();
    let phrases = |(from, to): (usize, usize)| {
        let only = single(bound(from), bound(to)).filter(|_| from > 0 && to < held.len());
        if let Some(version) = only {
            return vec![Phrase::plain(format!("{PYTHON} == '{version}'"), range(from, to))];
        }
        let begin = bound(from).filter(|_| from > 0).map(|(version, side)| {
            let sign = if *side == Side::Before { ">=" } else { ">" };
            Phrase::plain(format!("{PYTHON} {sign} '{version}'"), range(from, held.len()))
        });
        let end = bound(to).filter(|_| to < held.len()).map(|(version, side)| {
            let sign = if *side == Side::Before { "<" } else { "<=" };
            Phrase::plain(format!("{PYTHON} {sign} '{version}'"), range(0, to))
        });
        begin.into_iter().chain(end).collect()
    };
    let mut several: Vec<Vec<Phrase>> = runs(held, true).into_iter().map(phrases).collect();
    if several.len() == 1 {
        return several.remove(0);
    }
    let text = |phrases: Vec<Phrase>| {
        let texts: Vec<String> = phrases.into_iter().map(|phrase| phrase.text).collect();
        if texts.len() == 1 { texts.concat() } else { format!("({})", texts.join(" and ")) }
    };
    vec![Phrase::choice(&several.into_iter().map(text).collect::<Vec<_>>(), held)]
}

/// Where the classes of one kind begin and end.
fn runs(held: &[bool], wanted: bool) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in held.iter().enumerate().filter(|(_, held)| **held == wanted) {
        match runs.last_mut() {
            Some((_, to)) if *to == at => *to += 1,
            _ => runs.push((at, at + 1)),
        }
    }
    runs
}

/// The one version, or minor, that lies between two places.
fn single(from: Option<&Cut>, to: Option<&Cut>) -> Option<String> {
    let ((from, Side::Before), (to, side)) = (from?, to?) else { return None };
    match side {
        Side::Behind => (from == to).then(|| from.to_string()),
        Side::Before => {
            let minor = [0, 1].map(|at| from.release().get(at).copied().unwrap_or_default());
            let is_minor = from.release().len() <= 2 && *to == Version::new([minor[0], minor[1] + 1]);
            is_minor.then(|| format!("{}.{}.*", minor[0], minor[1]))
        }
    }
}

/// In the quotes of the marker's grammar, which has no escapes.
fn quoted(word: &str) -> String {
    if word.contains('\'') { format!("\"{word}\"") } else { format!("'{word}'") }
}

/// The variables that are texts, which nobody takes for versions.
const WORDS: [&str; 6] = [
    "implementation_name",
    "os_name",
    "platform_machine",
    "platform_python_implementation",
    "platform_system",
    "sys_platform",
];

fn literal(left: &Operand, comparison: MarkerOp, right: &Operand) -> Literal {
    let opaque = || Literal::Opaque(format!("{} {} {}", side(left), comparison.as_str(), side(right)));
    let (variable, turned, text) = match (left, right) {
        (Operand::Variable(variable), Operand::Text(text)) => (*variable, Some(comparison), text),
        (Operand::Text(text), Operand::Variable(variable)) => (*variable, turned(comparison), text),
        _ => return opaque(),
    };
    match (variable, turned) {
        ("extra", Some(MarkerOp::Equal)) => Literal::Extra(super::name::normalize(text), true),
        ("extra", Some(MarkerOp::NotEqual)) => Literal::Extra(super::name::normalize(text), false),
        // `'cli' in extras`, of a lock alone
        ("extras" | "dependency_groups", _) => {
            Literal::Extra(format!("{variable} {text}"), comparison != MarkerOp::NotIn)
        }
        ("python_full_version" | "python_version", Some(comparison)) => {
            python_literal(variable, comparison, text).map_or_else(opaque, Literal::Python)
        }
        (_, Some(MarkerOp::Equal | MarkerOp::NotEqual))
            if WORDS.contains(&variable) && text.parse::<Version>().is_err() =>
        {
            Literal::Word(variable, text.clone(), comparison == MarkerOp::Equal)
        }
        _ => opaque(),
    }
}

fn side(operand: &Operand) -> String {
    match operand {
        Operand::Variable(variable) => (*variable).to_owned(),
        Operand::Text(text) => quoted(text),
    }
}

/// The comparison with its sides exchanged.
fn turned(comparison: MarkerOp) -> Option<MarkerOp> {
    match comparison {
        MarkerOp::Equal | MarkerOp::NotEqual => Some(comparison),
        MarkerOp::Less => Some(MarkerOp::Greater),
        MarkerOp::LessOrEqual => Some(MarkerOp::GreaterOrEqual),
        MarkerOp::Greater => Some(MarkerOp::Less),
        MarkerOp::GreaterOrEqual => Some(MarkerOp::LessOrEqual),
        MarkerOp::Identical | MarkerOp::Compatible | MarkerOp::In | MarkerOp::NotIn => None,
    }
}

/// The Pythons that a comparison with a version admits; none where it is with no version.
fn python_literal(variable: &str, comparison: MarkerOp, text: &str) -> Option<Vec<Stretch>> {
    if matches!(comparison, MarkerOp::Identical | MarkerOp::In | MarkerOp::NotIn) {
        return None;
    }
    let specifier: VersionSpecifier = format!("{}{text}", comparison.as_str()).parse().ok()?;
    if variable == "python_full_version" { of_python(&specifier) } else { of_minor(&specifier) }
}

/// The stretches of the line that a specifier admits, by its release alone.
fn of_python(specifier: &VersionSpecifier) -> Option<Vec<Stretch>> {
    let version = trimmed(specifier.version());
    let before = Some((version.clone(), Side::Before));
    let behind = Some((version.clone(), Side::Behind));
    let family = |length: usize| {
        let mut release = specifier.version().release().to_vec();
        release.truncate(length);
        let last = release.last_mut()?;
        *last = last.checked_add(1)?;
        Some(Some((trimmed(&Version::new(release)), Side::Before)))
    };
    let length = specifier.version().release().len();
    Some(match specifier.operator() {
        Operator::Equal => vec![(before, behind)],
        Operator::NotEqual => vec![(None, before), (behind, None)],
        Operator::EqualStar => vec![(before, family(length)?)],
        Operator::NotEqualStar => vec![(None, before), (family(length)?, None)],
        Operator::TildeEqual => vec![(before, family(length.checked_sub(1)?)?)],
        Operator::LessThan => vec![(None, before)],
        Operator::LessThanEqual => vec![(None, behind)],
        Operator::GreaterThan => vec![(behind, None)],
        Operator::GreaterThanEqual => vec![(before, None)],
        Operator::ExactEqual => return None,
    })
}

/// The same of `python_version`, which has two numbers: a whole minor is on one side of any version.
fn of_minor(specifier: &VersionSpecifier) -> Option<Vec<Stretch>> {
    let version = specifier.version();
    let numbers = trimmed(version).release().to_vec();
    let minor = |at: usize| numbers.get(at).copied().unwrap_or_default();
    let this = Some((trimmed(&Version::new([minor(0), minor(1)])), Side::Before));
    let next = Some((trimmed(&Version::new([minor(0), minor(1).checked_add(1)?])), Side::Before));
    let is_minor = numbers.len() <= 2;
    Some(match specifier.operator() {
        Operator::EqualStar | Operator::NotEqualStar if version.release().len() > 2 => return None,
        // two numbers are before a third one
        Operator::TildeEqual if !is_minor => Vec::new(),
        Operator::Equal if is_minor => vec![(this, next)],
        Operator::Equal => Vec::new(),
        Operator::NotEqual if is_minor => vec![(None, this), (next, None)],
        Operator::NotEqual => vec![(None, None)],
        Operator::LessThan if is_minor => vec![(None, this)],
        Operator::GreaterThanEqual if is_minor => vec![(this, None)],
        Operator::LessThan | Operator::LessThanEqual => vec![(None, next)],
        Operator::GreaterThan | Operator::GreaterThanEqual => vec![(next, None)],
        _ => return of_python(specifier),
    })
}

/// The release without the zeros at its end.
fn trimmed(version: &Version) -> Version {
    let release = version.release();
    let length = release.iter().rposition(|number| *number != 0).map_or(1, |last| last + 1);
    Version::new(release[..length].iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marker(text: &str) -> Marker {
        Marker::parse(text).expect("a marker")
    }

    /// What the space makes of the marker, on Pythons from 3.10 on.
    fn made(text: &str) -> String {
        let marker = marker(text);
        let pythons = ">=3.10".parse().expect("specifiers");
        let mut space = MarkerSpace::new([&marker], Some(&pythons), Vec::new());
        let set = space.of(&marker);
        if set == MarkerSet::NONE {
            "never".to_owned()
        } else {
            space.marker(set).unwrap_or("always".to_owned())
        }
    }

    #[test]
    fn says_no_more_than_it_has_to() {
        for (text, expected) in [
            ("python_version < '3.11'", "python_full_version < '3.11'"),
            ("python_version <= '3.11'", "python_full_version < '3.12'"),
            ("python_version > '3.11.2'", "python_full_version >= '3.12'"),
            ("python_version == '3.11'", "python_full_version == '3.11.*'"),
            ("python_version != '3.11'", "python_full_version != '3.11.*'"),
            ("'3.11' == python_version", "python_full_version == '3.11.*'"),
            ("'3.11' > python_full_version", "python_full_version < '3.11'"),
            ("python_full_version == '3.11.4'", "python_full_version == '3.11.4'"),
            ("python_full_version <= '3.11.0a6'", "python_full_version <= '3.11'"),
            ("python_version >= '3.10'", "always"),
            ("python_version >= '3'", "always"),
            ("python_version < '3.10'", "never"),
            ("python_version ~= '3.10'", "python_full_version < '4'"),
            ("os_name == 'nt' and os_name == 'posix'", "never"),
            ("os_name == 'nt' or os_name != 'nt'", "always"),
            (
                "os_name == 'nt' or os_name != 'nt' and sys_platform == 'x'",
                "os_name == 'nt' or sys_platform == 'x'",
            ),
            (
                "(os_name == 'b' or os_name == 'a') and sys_platform != 'd' and sys_platform != 'c'",
                "(os_name == 'a' or os_name == 'b') and sys_platform != 'c' and sys_platform != 'd'",
            ),
            (
                "python_version < '3.12' or python_version >= '3.14'",
                "python_full_version < '3.12' or python_full_version >= '3.14'",
            ),
            (
                "(python_version < '3.12' or python_version == '3.13') and os_name == 'nt'",
                "(python_full_version < '3.12' or python_full_version == '3.13.*') and os_name == 'nt'",
            ),
            (
                "sys_platform in 'win32 linux' and 'x' not in platform_release",
                "'x' not in platform_release and sys_platform in 'win32 linux'",
            ),
            (
                "platform_release >= '5' or platform_release >= '5' and os_name == 'nt'",
                "platform_release >= '5'",
            ),
            ("extra == 'cli'", "never"),
            ("extra != 'cli'", "always"),
            ("'dev' in dependency_groups", "never"),
            ("os_name == \"a'b\"", "os_name == \"a'b\""),
        ] {
            assert_eq!(made(text), expected, "{text}");
        }
    }

    #[test]
    fn knows_which_extras_are_asked_for() {
        let marker = marker("extra == 'project-7-Weather' and 'default' in dependency_groups");
        let asked = ["project-7-weather", "dependency_groups default"].map(str::to_owned);
        let mut space = MarkerSpace::new([&marker], None, asked.to_vec());
        assert_eq!(space.of(&marker), MarkerSet::ALL);
    }

    #[test]
    fn ends_where_there_are_too_many_sets() {
        let word = |at: usize| format!("('{at}' in platform_release or '{}' in platform_release)", at + 40);
        let pairs: Vec<String> = (0..40).map(word).collect();
        let marker = marker(&pairs.join(" and "));
        let mut space = MarkerSpace::new([&marker], None, Vec::new());
        let set = space.of(&marker);
        space.marker(set);
        assert!(space.is_exhausted());
    }

    /// What a marker says of an environment, read from its text alone.
    fn holds(marker: &Marker, environment: &MarkerEnvironment) -> bool {
        match marker {
            Marker::And(all) => all.iter().all(|part| holds(part, environment)),
            Marker::Or(any) => any.iter().any(|part| holds(part, environment)),
            Marker::Compare(Operand::Variable(variable), comparison, Operand::Text(text)) => {
                let python = &environment.python;
                let versions = match *variable {
                    "python_full_version" => python.clone(),
                    "python_version" => Version::new(python.release().iter().take(2).copied()),
                    _ => {
                        let word =
                            environment.words.iter().find(|(own, _)| own == variable).expect("a word").1;
                        return (word == text) == (*comparison == MarkerOp::Equal);
                    }
                };
                let specifier: VersionSpecifier =
                    format!("{}{text}", comparison.as_str()).parse().expect("a specifier");
                specifier.contains(&versions)
            }
            Marker::Compare(..) => unreachable!("it is not written so here"),
        }
    }

    fn environments() -> Vec<MarkerEnvironment> {
        const WORDS: [&[(&str, &str)]; 5] = [
            &[("os_name", "posix"), ("sys_platform", "linux")],
            &[("os_name", "posix"), ("sys_platform", "darwin")],
            &[("os_name", "nt"), ("sys_platform", "win32")],
            &[("os_name", "nt"), ("sys_platform", "cygwin")],
            &[("os_name", "java"), ("sys_platform", "linux")],
        ];
        let pythons = (9..16).flat_map(|minor| [0, 1, 5].map(|patch| Version::new([3, minor, patch])));
        pythons
            .flat_map(|python| WORDS.map(|words| MarkerEnvironment { python: python.clone(), words }))
            .collect()
    }

    fn comparison() -> impl Strategy<Value = String> {
        prop_oneof![
            "python_(full_)?version (<|<=|>|>=|==|!=|~=) '3\\.(9|1[0-5])(\\.[015])?'",
            "python_version (==|!=) '3\\.(9|1[0-5])\\.\\*'",
            "os_name (==|!=) '(posix|nt|java)'",
            "sys_platform (==|!=) '(linux|darwin|win32|cygwin)'",
        ]
    }

    fn any_marker() -> impl Strategy<Value = String> {
        comparison().prop_recursive(4, 24, 4, |inner| {
            (proptest::collection::vec(inner, 2..4), any::<bool>())
                .prop_map(|(parts, all)| format!("({})", parts.join(if all { " and " } else { " or " })))
        })
    }

    proptest! {
        #[test]
        fn says_the_same_of_every_environment(text in any_marker(), other in any_marker()) {
            let (marker, other) = (marker(&text), marker(&other));
            let pythons: VersionSpecifiers = ">=3.10,<3.15".parse().expect("specifiers");
            let mut space = MarkerSpace::new([&marker, &other], Some(&pythons), Vec::new());
            let (one, two) = (space.of(&marker), space.of(&other));
            let (both, either) = (space.both(one, two), space.either(one, two));
            let written = if both == MarkerSet::NONE { None } else { space.marker(both).map(|text| self::marker(&text)) };
            let admitted = environments().into_iter().filter(|one| pythons.contains(&one.python));
            for environment in admitted {
                let said = (holds(&marker, &environment), holds(&other, &environment));
                prop_assert_eq!(space.contains(one, &environment, false), said.0);
                prop_assert_eq!(space.contains(both, &environment, false), said.0 && said.1);
                prop_assert_eq!(space.contains(either, &environment, false), said.0 || said.1);
                if both != MarkerSet::NONE {
                    let again = written.as_ref().is_none_or(|marker| holds(marker, &environment));
                    prop_assert_eq!(again, said.0 && said.1);
                }
            }
        }
    }
}
