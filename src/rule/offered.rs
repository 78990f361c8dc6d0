//! What rules on tools say of them.

use super::Subject;
use crate::diagnostic::{Card, Diagnostic, Location};
use crate::server::{Primitive, Primitives, Source};
use crate::syntax::Call;
use crate::text::{RelPath, Span};

impl<'a> Subject<'a> {
    /// What the server offers; none while a module is not Python, for what is read of one is a guess.
    pub fn offered(self) -> Option<&'a Primitives> {
        self.is_read().then(|| self.primitives())
    }

    /// Whether all modules are Python.
    pub fn is_read(self) -> bool {
        self.program.iter().all(|(_, module)| module.faults().is_empty())
    }

    /// Its tools, then its prompts, each with what it is called.
    pub fn tools_and_prompts(self) -> impl Iterator<Item = (&'a Primitive, &'static str)> {
        let offered = self.offered();
        let tools = offered.into_iter().flat_map(|offered| &offered.tools).map(|tool| (tool, "tool"));
        let prompts = offered.into_iter().flat_map(|offered| &offered.prompts);
        tools.chain(prompts.map(|prompt| (prompt, "prompt")))
    }

    /// Its tools.
    pub fn tools(self) -> &'a [Primitive] {
        self.offered().map_or(&[], |offered| &offered.tools)
    }
}

impl Subject<'_> {
    /// Where what the contract tells of is registered: a `tool`, `prompt`, `resource` or `template` by its name or address.
    pub fn source_of(self, kind: &str, name: &str) -> Option<Location> {
        let offered = self.primitives();
        let (list, key): (&[Primitive], _) = match kind {
            "tool" => (&offered.tools, "name"),
            "prompt" => (&offered.prompts, "name"),
            "resource" => (&offered.resources, "uri"),
            "template" => (&offered.resource_templates, "uriTemplate"),
            _ => return None,
        };
        let source = list.iter().find(|entry| entry.text(key) == Some(name))?.source.as_ref()?;
        Some(Location::span(&RelPath::parse(&source.path).ok()?, source.span))
    }
}

impl Subject<'_> {
    /// Whether a failure of the call at this place does not end the code around it.
    pub fn is_caught(self, place: &Source) -> bool {
        self.call_at(place).is_some_and(|call| call.site.caught().errors)
    }
}

impl<'a> Subject<'a> {
    /// The call that stands at this place.
    pub fn call_at(self, place: &Source) -> Option<&'a Call> {
        let is_there =
            |module: &str| self.program.path(module).is_some_and(|path| path.as_str() == place.path);
        let (_, facts) = self.program.iter().find(|(module, _)| is_there(module))?;
        facts.calls().iter().find(|call| call.span == place.span)
    }
}

/// The place of what a server offers.
pub(crate) fn place(source: &Source) -> Location {
    Location::span(&RelPath::new(source.path.as_str()), source.span)
}

/// A stretch of the file that holds the function behind an entry.
pub(crate) fn within(path: &str, span: Span) -> Location {
    Location::span(&RelPath::new(path), span)
}

/// The place of a tool's parameter; that of the tool where the function that has it is not known.
pub(crate) fn of_parameter(tool: &Primitive, name: &str) -> Option<Location> {
    let of_function = tool.signature().and_then(|signature| {
        let parameter = signature.parameters.iter().find(|parameter| parameter.name == name)?;
        Some(within(&signature.path, parameter.span))
    });
    of_function.or_else(|| tool.source.as_ref().map(place))
}

/// A finding at `place` of a tool or prompt: weaker where a configuration may do without it.
pub(crate) fn of(card: &'static Card, primitive: &Primitive, place: Location, message: String) -> Diagnostic {
    card.at(place, message).warning_unless(primitive.is_listed_by_default())
}

/// One finding for all places of a fault: at the first, with the number of the others behind its message.
pub(crate) fn first_of(card: &'static Card, found: Vec<(Location, String)>) -> Option<Diagnostic> {
    let more = match found.len() {
        0 | 1 => String::new(),
        number => format!(" (and {} more)", number - 1),
    };
    let (place, message) = found.into_iter().next()?;
    Some(card.at(place, message + &more))
}
