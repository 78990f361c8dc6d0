//! What clients object to, in words.

use super::{Effect, Objection, Part, Profile, ToolFault};
use crate::server::Primitive;
use crate::text::in_words;

impl Objection {
    /// Whose objection is told: that of any profile which is chosen; where none is, of two, as one alone may have changed its mind.
    pub fn told(&self, chosen: &[&'static Profile]) -> Vec<(&'static Profile, Effect)> {
        let refuses = |(_, effect): &&(&Profile, Effect)| *effect != Effect::Guesses;
        if chosen.is_empty() {
            let by: Vec<_> = self.by.iter().filter(refuses).copied().collect();
            return if by.len() > 1 { by } else { Vec::new() };
        }
        self.by.iter().filter(|(profile, _)| chosen.contains(profile)).copied().collect()
    }

    /// What is refused of the tool, and by whom.
    pub fn message(&self, tool: &Primitive, by: &[(&Profile, Effect)]) -> String {
        let name = tool.text("name").unwrap_or_default();
        let part = match &self.part {
            Part::Parameter(path) => format!("`{path}` of the tool `{name}`"),
            Part::Description => format!("the description of the tool `{name}`"),
            Part::Name => format!("the name of the tool `{name}`, behind that of the server,"),
        };
        format!("{part} {}, which {}", words(&self.fault, tool), deeds(by))
    }
}

/// What is wrong, behind the name of the part.
fn words(fault: &ToolFault, tool: &Primitive) -> String {
    match fault {
        ToolFault::Tuple => "is a tuple, an array without `items`".to_owned(),
        ToolFault::Items => "is an array without `items`".to_owned(),
        ToolFault::Enum => "has values in `enum` that are no strings".to_owned(),
        ToolFault::Types => "has a list of types".to_owned(),
        ToolFault::Untyped => "has no type".to_owned(),
        ToolFault::Keyword(keyword) => format!("uses `{keyword}`"),
        ToolFault::Format(format) => format!("has the format `{format}`"),
        ToolFault::BesideRef(keyword) => format!("has `{keyword}` beside `$ref`"),
        ToolFault::LongDescription => {
            let length = tool.text("description").unwrap_or_default().chars().count();
            format!("has {length} characters")
        }
        ToolFault::LongName(most) => format!("has more than {most} characters"),
    }
}

/// `Gemini and OpenAI refuse and Claude cuts`.
fn deeds(by: &[(&Profile, Effect)]) -> String {
    let verbs = [
        (Effect::Refuses, "refuses", "refuse"),
        (Effect::Refused, "refused in 2025", "refused in 2025"),
        (Effect::Drops, "leaves out", "leave out"),
        (Effect::Cuts, "cuts", "cut"),
        (Effect::Guesses, "takes for a string", "take for a string"),
    ];
    let did = |(effect, one, several): &(Effect, &str, &str)| {
        let who: Vec<&str> =
            by.iter().filter(|(_, did)| did == effect).map(|(profile, _)| profile.title).collect();
        let verb = if who.len() == 1 { one } else { several };
        (!who.is_empty()).then(|| format!("{} {verb}", in_words(&who)))
    };
    verbs.iter().filter_map(did).collect::<Vec<_>>().join(" and ")
}

impl ToolFault {
    /// What to do for it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Tuple => "take a list, as in `list[int]`, or a parameter for each value",
            Self::Items => "say with `items` what the array holds",
            Self::Enum => "list strings, and convert them in the tool",
            Self::Types => "write `anyOf` with one type in each arm",
            Self::Untyped => "give it a type",
            Self::Keyword(_) => "leave it out, and check the value in the tool",
            Self::Format(_) => "take a string, and read it in the tool",
            Self::BesideRef(_) => "leave it out, or write what is referred to in its place",
            Self::LongDescription => {
                "say first what a model chooses the tool by, and leave the rest to the readme"
            }
            Self::LongName(_) => "shorten it, or the name of the server",
        }
    }
}
