//! The requirements that reach the metadata, wherever they stand.

use super::{Extra, Project};
use crate::diagnostic::Location;
use crate::spec::name;
use crate::spec::requirement::Requirement;
use crate::text::Span;

/// A requirement of `dependencies` or of an extra.
#[derive(Clone, Copy, Debug)]
pub struct Required<'a> {
    /// The requirement.
    pub requirement: &'a Requirement,
    /// Its string in `pyproject.toml`.
    pub span: Span,
    /// The extra that asks for it; none where every install does.
    pub extra: Option<&'a Extra>,
}

impl Required<'_> {
    /// The name of the distribution, normalised.
    pub fn name(&self) -> String {
        name::normalize(&self.requirement.name)
    }

    /// The part of it that `range` of the requirement covers.
    pub fn at(&self, project: &Project, range: &std::ops::Range<usize>) -> Location {
        project.at(project.within(self.span, range))
    }
}

impl Project {
    /// All requirements that can be read, those of `dependencies` first.
    pub fn required(&self) -> impl Iterator<Item = Required<'_>> {
        let plain = self.dependencies.iter().map(|wanted| (wanted, None));
        let extras = self.optional_dependencies.iter();
        let extras =
            extras.flat_map(|extra| extra.requirements.iter().map(move |wanted| (wanted, Some(extra))));
        plain.chain(extras).filter_map(|(wanted, extra)| {
            let requirement = wanted.value.as_ref().ok()?;
            Some(Required { requirement, span: wanted.span, extra })
        })
    }
}
