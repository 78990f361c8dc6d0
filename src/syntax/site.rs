//! How control goes through a body: which stretches of code exclude each other, and where the body is left.

use std::sync::Arc;

use super::Span;

/// Where code stands in the flow of control through its body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site(pub(super) Arc<Standing>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// The branches around it, outermost first.
    pub(super) arms: Vec<Arm>,
    /// Where the innermost stretch around it ends that control leaves the body from, whatever happens in it.
    pub(super) end: Option<u32>,
    pub(super) caught: Caught,
}

/// One branch of a statement that takes one of several, or the body of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arm {
    pub(super) fork: u32,
    pub(super) number: usize,
    /// The end of the loop; none where it is none.
    pub(super) repeats_until: Option<u32>,
}

/// Which exceptions do not leave the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caught {
    /// Those that tell of an error.
    pub errors: bool,
    /// Those that end the program: `SystemExit`.
    pub exits: bool,
}

/// A place where control leaves its body, for which nothing in the body is prepared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// The body.
    pub body: usize,
    /// Where the statement begins.
    pub at: u32,
    /// How.
    pub way: Way,
    /// Where it stands.
    pub site: Site,
}

/// A block that only runs if a constant of the module were another.
#[derive(Debug)]
pub(super) struct Switched {
    pub(super) name: String,
    pub(super) block: Span,
}

/// How control leaves a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// To who called it.
    Return,
    /// By an exception that tells of an error.
    Raise,
    /// By the end of the program.
    Quit,
}

/// The ways in which a stretch of code leaves its body; none of them where it runs for ever.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ways {
    pub(super) returns: bool,
    pub(super) raises: bool,
    pub(super) quits: bool,
}

impl Site {
    /// Whether control may come from `here`, which stands at this site, to `there` at another of the same body.
    pub fn leads_to(&self, here: u32, other: &Self, there: u32) -> bool {
        let (arms, others) = (&self.0.arms, &other.0.arms);
        let common = arms.iter().zip(others).take_while(|(arm, other)| arm == other).count();
        let excluded = matches!((arms.get(common), others.get(common)), (Some(arm), Some(other)) if arm.fork == other.fork);
        let within = |place: u32| self.0.end.is_none_or(|end| place < end);
        let comes_again =
            |arm: &Arm| arm.repeats_until.is_some_and(|end| self.0.end.is_none_or(|own| own >= end));
        within(there) && (there > here && !excluded) || arms[..common].iter().any(comes_again)
    }

    /// Whether control may come from it to the end of the body.
    pub fn falls_through(&self) -> bool {
        self.0.end.is_none()
    }

    /// Whether whoever comes past it from the site `other`, which stands before it, surely comes to it.
    pub fn is_on_the_way_from(&self, other: &Self) -> bool {
        other.0.arms.starts_with(&self.0.arms)
    }

    /// Which exceptions raised there do not leave the body.
    pub fn caught(&self) -> Caught {
        self.0.caught
    }
}

impl Caught {
    /// Whether what leaves in this way is caught.
    pub fn stops(self, way: Way) -> bool {
        match way {
            Way::Return => false,
            Way::Raise => self.errors,
            Way::Quit => self.exits,
        }
    }
}

impl Ways {
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            returns: self.returns || other.returns,
            raises: self.raises || other.raises,
            quits: self.quits || other.quits,
        }
    }

    pub(super) fn of(way: Way) -> Self {
        let none = Self::default();
        match way {
            Way::Return => Self { returns: true, ..none },
            Way::Raise => Self { raises: true, ..none },
            Way::Quit => Self { quits: true, ..none },
        }
    }

    /// Whether it only ever ends in failure.
    pub(super) fn fails(self) -> bool {
        !self.returns && (self.raises || self.quits)
    }

    pub(super) fn stay(self, caught: Caught) -> bool {
        self.raises && caught.errors || self.quits && caught.exits
    }
}

/// Where the walk stands in the flow of control.
#[derive(Default)]
pub(super) struct Course {
    pub(super) standing: Standing,
    pub(super) forks: u32,
    /// As the facts share it, while it is the same.
    pub(super) shared: Option<Site>,
}
