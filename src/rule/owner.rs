//! Whose a module's name is, when it is not the project's.

use super::Subject;
use crate::diagnostic::Level;
use crate::knowledge::{imports, stdlib};
use crate::project::Parsed;
use crate::spec::name;
use crate::spec::requirement::{Requirement, RequirementFault};

impl Subject<'_> {
    /// To whom the name belongs, and how sure it is that the two meet.
    pub fn owner_of(self, module: &str) -> Option<(String, Level)> {
        if stdlib::is_dropped(module) {
            return Some(("was a module of the standard library".to_owned(), Level::Warning));
        }
        if stdlib::is_stdlib_module(module) {
            return Some(("is a module of the standard library".to_owned(), Level::Error));
        }
        let project = self.project;
        let own = project.name.as_ref().map(|name| name::normalize(&name.value));
        let plain = project.dependencies.iter().map(|wanted| (wanted, true));
        let extra = project
            .optional_dependencies
            .iter()
            .flat_map(|extra| &extra.requirements)
            .map(|wanted| (wanted, false));
        let meets = |(wanted, always): (&Parsed<Requirement, RequirementFault>, bool)| {
            let wanted = wanted.value.as_ref().ok()?;
            let distribution = name::normalize(&wanted.name);
            if Some(&distribution) == own.as_ref() {
                return None;
            }
            // distributions of one house, such as `awslabs-x` and `awslabs-y`, share the package that is named like it
            let in_house = |name: &str| name.strip_prefix(module).is_some_and(|rest| rest.starts_with('-'));
            if own.as_deref().is_some_and(in_house) && in_house(&distribution) {
                return None;
            }
            let measured = imports::modules_of(&distribution);
            let meets = match &measured {
                Some(modules) => modules.contains(&module),
                None => name::escaped(&distribution) == module,
            };
            // that a distribution installs the module of its name is usual, not certain
            let certain = always && wanted.marker.is_none() && measured.is_some();
            let level = if certain { Level::Error } else { Level::Warning };
            meets.then(|| (format!("is the module of the dependency `{}`", wanted.name), level))
        };
        plain.chain(extra).filter_map(meets).max_by_key(|(_, level)| *level)
    }
}
