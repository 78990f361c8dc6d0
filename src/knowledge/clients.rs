//! What the clients of MCP servers refuse of a tool, as documented, as their source has it, or as several people reported.

use std::sync::OnceLock;

/// A client, or the interface of a model that clients hand tools to.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Profile {
    /// As settings name it.
    pub name: &'static str,
    /// As people do.
    pub title: &'static str,
}

/// All of them, in order of their names.
pub const PROFILES: &[Profile] = &[
    Profile { name: "claude", title: "Claude" },
    Profile { name: "copilot", title: "Copilot CLI" },
    Profile { name: "cursor", title: "Cursor" },
    Profile { name: "gemini", title: "Gemini" },
    Profile { name: "openai", title: "OpenAI" },
    Profile { name: "vscode", title: "VS Code" },
];

/// What a client looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// Arrays need `items`.
    Items,
    /// Values of `enum` are strings.
    Enum,
    /// `type` is one name.
    OneType,
    /// That of `items` is.
    OneTypeOfItems,
    /// Every parameter has a type.
    Typed,
    /// These keywords are refused.
    Keywords(&'static str),
    /// Strings have these formats alone.
    Formats(&'static str),
    /// Beside `$ref` these keywords alone may stand.
    BesideRef(&'static str),
    /// A description has so many characters at most.
    Description(usize),
    /// The names of server and tool, put together so, have so many characters at most.
    FullName(&'static str, usize),
    /// So many tools a server at most.
    Tools(usize),
}

/// One thing that a client refuses.
#[derive(Debug)]
pub struct Fact {
    /// Who refuses it.
    pub profile: &'static Profile,
    /// What it does then.
    pub effect: Effect,
    /// What it is.
    pub check: Criterion,
}

/// What a client does with what it does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It, or the model behind it, refuses the request or the server.
    Refuses,
    /// It did so last year, and nobody has said since whether it still does.
    Refused,
    /// It leaves the tool out.
    Drops,
    /// It cuts the text.
    Cuts,
    /// It tells the model what the server does not say.
    Guesses,
}

/// All that is known, in order of the table.
pub fn facts() -> &'static [Fact] {
    static FACTS: OnceLock<Vec<Fact>> = OnceLock::new();
    FACTS.get_or_init(|| {
        let lines = include_str!("data/clients.txt").lines().filter(|line| !line.starts_with('#'));
        lines.filter_map(fact).collect()
    })
}

/// The fact of a line; none where other rules check it.
fn fact(line: &'static str) -> Option<Fact> {
    let mut words = line.split('\t');
    let profile = words.next()?.split('.').next()?;
    let effect = match words.next()? {
        "drops" => Effect::Drops,
        "refused" => Effect::Refused,
        "cuts" => Effect::Cuts,
        "guesses" => Effect::Guesses,
        _ => Effect::Refuses,
    };
    // how sure it is, and since when
    let (check, values) = (words.nth(2)?, words.next().unwrap_or_default());
    let check = match check {
        "items" => Criterion::Items,
        "enum" => Criterion::Enum,
        "one-type" => Criterion::OneType,
        "one-type-of-items" => Criterion::OneTypeOfItems,
        "typed" => Criterion::Typed,
        "keywords" => Criterion::Keywords(values),
        "formats" => Criterion::Formats(values),
        "beside-ref" => Criterion::BesideRef(values),
        "description" => Criterion::Description(values.parse().ok()?),
        "tools" => Criterion::Tools(values.parse().ok()?),
        "full-name" => {
            let (template, longest) = values.rsplit_once(' ')?;
            Criterion::FullName(template, longest.parse().ok()?)
        }
        _ => return None,
    };
    Some(Fact { profile: PROFILES.iter().find(|known| known.name == profile)?, effect, check })
}

#[cfg(test)]
mod tests {
    use super::{PROFILES, facts};

    #[test]
    fn every_profile_refuses_something() {
        for profile in PROFILES {
            assert!(facts().iter().any(|fact| fact.profile == profile), "{}", profile.name);
        }
        let names: Vec<_> = PROFILES.iter().map(|profile| profile.name).collect();
        assert!(names.is_sorted());
        // each line whose check is known here became a fact
        let known = [
            "items", "enum", "one-type", "one-type-of-items", "typed", "keywords", "formats", "beside-ref",
            "description", "tools", "full-name",
        ];
        let is_known = |line: &&str| line.split('\t').nth(4).is_some_and(|check| known.contains(&check));
        assert_eq!(facts().len(), include_str!("data/clients.txt").lines().filter(is_known).count());
    }
}
