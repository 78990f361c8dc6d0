use std::collections::BTreeMap;

use crate::clients::{self, Part, Profile, ToolFault};
use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Subject, declare_rule, offered};
use crate::server::Primitive;
use crate::text::in_words;

declare_rule! {
    /// ## What it does
    /// Finds what clients are known to refuse of a tool: arrays without `items`, and with them tuples; the names of server
    /// and tool where both together are too long; descriptions that are refused or cut; more tools than a request may
    /// have. `profiles` under `[tool.mcp-backend]` names the clients that the server is made for, and all is told that one
    /// of them refuses: values of `enum` that are no strings, formats, keywords, descriptions of more than 1,024 characters
    /// (`openai`). By default what two or more refuse or cut is told. All places of one fault are one finding, at the first.
    ///
    /// ## Why is this bad?
    /// A client hands all tools of all servers to a model in one request. Where one of the schemas is refused, so is the
    /// request, and the user is left without any tool; other clients leave out the tool, or a part of what it says, without
    /// a word.
    ///
    /// What is known is documented, stands in the source of a client, or was reported by several people, up to November
    /// 2026 (`src/knowledge/data/clients.txt`).
    ///
    /// Remedy: by hand, since a caller has to give what the tool takes.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// @mcp.tool()
    /// def forecast(city: str, days: tuple[int, int] = (1, 3)) -> str:
    ///     """Tell the weather of some days in a city."""
    ///     return f"{days} days of rain in {city}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// @mcp.tool()
    /// def forecast(city: str, first_day: int = 1, last_day: int = 3) -> str:
    ///     """Tell the weather of some days in a city."""
    ///     return f"{first_day} to {last_day} days of rain in {city}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    TOO020 "refused-by-clients" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let names = subject.project.settings.profiles.iter().map(|name| name.value.as_str());
    let chosen = clients::called(&names.collect::<Vec<_>>());
    let server = subject.offered().and_then(|offered| offered.server.name.as_deref());
    let mut found: BTreeMap<ToolFault, Vec<(Location, String)>> = BTreeMap::new();
    for tool in subject.tools() {
        for objection in clients::objections(tool, server) {
            let told = objection.told(&chosen);
            let place = place(tool, &objection.part).filter(|_| !told.is_empty());
            if let Some(place) = place {
                found
                    .entry(objection.fault.clone())
                    .or_default()
                    .push((place, objection.message(tool, &told)));
            }
        }
    }
    for (fault, places) in found {
        let finding = offered::first_of(&RULE.card, places);
        report.extend(finding.map(|finding| finding.help(fault.help())));
    }
    report.extend(too_many(subject, &chosen));
}

/// Where it stands: the parameter of the function, or the tool.
fn place(tool: &Primitive, part: &Part) -> Option<Location> {
    match part {
        Part::Parameter(path) => offered::of_parameter(tool, path.split('.').next().unwrap_or_default()),
        Part::Description | Part::Name => tool.source.as_ref().map(offered::place),
    }
}

/// More tools than clients take: the limit that one of the chosen has, or two of all.
fn too_many(subject: &Subject<'_>, chosen: &[&'static Profile]) -> Option<Diagnostic> {
    let tools: Vec<&Primitive> = subject.tools().iter().filter(|tool| tool.is_listed_by_default()).collect();
    let mut limits: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (profile, most) in clients::most_tools().filter(|(_, most)| tools.len() > *most) {
        if chosen.is_empty() || chosen.contains(&profile) {
            limits.entry(most).or_default().push(profile.title);
        }
    }
    let (most, who) = limits.into_iter().find(|(_, who)| !chosen.is_empty() || who.len() > 1)?;
    let place = tools.iter().find_map(|tool| tool.source.as_ref()).map(offered::place)?;
    let verb = if who.len() == 1 { "takes" } else { "take" };
    let message =
        format!("the server lists {} tools, and {} {verb} no more than {most}", tools.len(), in_words(&who));
    Some(RULE.card.at(place, message).help("list fewer, for example behind an option, or make two servers"))
}
