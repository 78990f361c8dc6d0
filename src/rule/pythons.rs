//! What rules on Python versions say of the needs of the program.

use super::Subject;
use crate::diagnostic::{Card, Diagnostic, Level, Location};
use crate::knowledge::stdlib::Minor;
use crate::program::{Availability, Feature, MissingFeature};
use crate::project::raised;

impl Subject<'_> {
    /// A finding for each thing that the program needs and the oldest admitted Python does not have yet.
    pub fn newer_than_floor(
        &self,
        card: &'static Card,
        feature: Feature,
    ) -> impl Iterator<Item = Diagnostic> {
        // without `requires-python` that is what to say
        let needs = self
            .needs
            .iter()
            .filter(move |need| need.feature == feature && self.project.requires_python.is_some());
        needs.filter_map(move |need| {
            let Availability::Added(added) = need.change else { return None };
            let (name, missing, more) = (&need.name, need.missing_in, more(need));
            let message = match feature {
                Feature::Syntax => {
                    format!("{name} on Python {missing}, which `requires-python` admits{more}")
                }
                _ => {
                    format!("`{name}` is new in Python {added}, but `requires-python` admits {missing}{more}")
                }
            };
            let finding =
                card.at(Location::span(&need.path, need.span), message).help(self.raise_to(added, feature));
            Some(if need.certain { finding } else { finding.level(Level::Warning) })
        })
    }

    /// The help that says how `requires-python` admits no Python older than `minor`.
    fn raise_to(&self, minor: Minor, feature: Feature) -> String {
        let written = self.project.requires_python.as_ref().map_or("", |wanted| &wanted.text.value);
        let text = raised(written, minor).unwrap_or_else(|| format!(">={minor}"));
        // syntax is read before any guard is asked
        let guard = if feature == Feature::Syntax { "" } else { ", or guard it with `sys.version_info`" };
        format!("write `requires-python = \"{text}\"` under `[project]`{guard}")
    }
}

/// How many more places a finding stands for.
pub(crate) fn more(need: &MissingFeature) -> String {
    if need.more == 0 { String::new() } else { format!(" ({} more in this file)", need.more) }
}
