//! What the project says of one distribution.

use super::applies::{self, Applicability};
use crate::project::{Parsed, Project};
use crate::sdk;
use crate::spec::name;
use crate::spec::requirement::{Requirement, RequirementFault};
use crate::spec::version::Version;
use crate::text::Span;

/// A requirement, and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Declared<'a> {
    /// The requirement.
    pub requirement: &'a Requirement,
    /// Its string in `pyproject.toml`.
    pub span: Span,
}

/// What the project requires of one distribution.
#[derive(Clone, Debug)]
pub(super) enum Demand<'a> {
    /// Nothing.
    None,
    /// Something that the text does not tell the meaning of: a URL, or other versions for other machines.
    Unknown,
    /// Versions that all of these admit; at least one.
    Known(Vec<Declared<'a>>),
}

impl<'a> Demand<'a> {
    /// What `requirements` say of `distribution` where the SDKs can be installed.
    pub(super) fn read(requirements: &[Declared<'a>], distribution: &str, pythons: &[Version]) -> Self {
        let mut found = Vec::new();
        let mut perhaps = false;
        for declared in requirements {
            if name::normalize(&declared.requirement.name) != distribution {
                continue;
            }
            match applies::holds(declared.requirement.marker.as_ref(), pythons) {
                Applicability::Never => continue,
                Applicability::Perhaps => perhaps = true,
                Applicability::Always => {}
            }
            if declared.requirement.url.is_some() || !declared.requirement.arbitrary.is_empty() {
                return Self::Unknown;
            }
            found.push(*declared);
        }
        match found.len() {
            0 => Self::None,
            // where a sole requirement holds, it says all
            1 => Self::Known(found),
            _ if perhaps => Self::Unknown,
            _ => Self::Known(found),
        }
    }

    /// Whether the project admits `version`.
    pub(super) fn admits(&self, version: &Version) -> bool {
        let admits = |declared: &Declared<'_>| {
            declared.requirement.specifiers.as_ref().is_none_or(|specifiers| specifiers.contains(version))
        };
        match self {
            Self::Known(all) => all.iter().all(admits),
            Self::None | Self::Unknown => true,
        }
    }

    /// The requirements behind it.
    pub(super) fn declared(&self) -> &[Declared<'a>] {
        match self {
            Self::Known(all) => all,
            Self::None | Self::Unknown => &[],
        }
    }

    /// Whether an extra of this name is required.
    pub(super) fn has_extra(&self, extra: &str) -> bool {
        self.declared()
            .iter()
            .any(|declared| declared.requirement.extras.iter().any(|name| name::normalize(name) == extra))
    }

    /// Whether the project requires it at all.
    pub(super) fn is_some(&self) -> bool {
        !matches!(self, Self::None)
    }
}

/// The requirements that every install meets; where none of them names an SDK, those of the extras too. None when one
/// of them cannot be read or another backend adds some.
pub(super) fn all(project: &Project) -> Option<Vec<Declared<'_>>> {
    let plain = readable(&project.dependencies)?;
    if project.is_dynamic("dependencies") || project.misread("project.dependencies") {
        return None;
    }
    if plain.iter().any(|declared| is_family(declared.requirement))
        || project.optional_dependencies.is_empty()
    {
        return Some(plain);
    }
    let mut all = plain;
    for extra in &project.optional_dependencies {
        all.extend(readable(&extra.requirements)?);
    }
    Some(all)
}

/// All of `requirements`, if each of them can be read.
fn readable(requirements: &[Parsed<Requirement, RequirementFault>]) -> Option<Vec<Declared<'_>>> {
    let mut all = Vec::new();
    for wanted in requirements {
        all.push(Declared { requirement: wanted.value.as_ref().ok()?, span: wanted.span });
    }
    Some(all)
}

/// Whether the requirement is one for a distribution that holds an SDK's modules.
pub fn is_sdk(requirement: &Requirement) -> bool {
    sdk::makes_servers(&name::normalize(&requirement.name))
}

/// Whether the requirement is one for an SDK itself or its types.
pub(super) fn is_family(requirement: &Requirement) -> bool {
    sdk::is_distribution(&name::normalize(&requirement.name))
}

/// What is known to require an SDK without having it in its name.
const DEPENDENTS: [&str; 14] = [
    "agno", "autogen-ext", "camel-ai", "crewai-tools", "gradio", "google-adk", "huggingface-hub", "litellm",
    "openai-agents", "pydantic-ai", "pydantic-ai-slim", "semantic-kernel", "smolagents", "strands-agents",
];

/// Whether the requirement may bring an SDK along, in a range of its own.
pub(super) fn may_require_an_sdk(requirement: &Requirement) -> bool {
    let name = name::normalize(&requirement.name);
    let says_so = |word: &String| name::normalize(word) == "mcp";
    !is_family(requirement)
        && (name.contains("mcp")
            || DEPENDENTS.contains(&name.as_str())
            || requirement.extras.iter().any(says_so))
}
