use crate::dependencies;
use crate::diagnostic::{Diagnostic, Location};
use crate::registry_files::{ParsedFile, started};
use crate::rule::{Subject, declare_rule};
use crate::sdk::{self, Sdk, Transport};
use crate::server;
use crate::spec::dockerfile::{self, Instruction, Label, Stage};
use crate::spec::version::Version;
use crate::syntax::{Call, StaticValue};
use crate::text::{Span, has_word};

declare_rule! {
    /// ## What it does
    /// Checks that a server which an image starts over HTTP listens on more than 127.0.0.1, where the image shows a port to
    /// others by `EXPOSE`, or a compose file does by `ports`.
    ///
    /// It speaks where the code tells both: that the script serves over HTTP alone, and that no address is given, or that one.
    /// `FASTMCP_HOST` is read by `fastmcp`, and by `mcp` no longer since 1.12.
    ///
    /// A module that the image starts is taken to start what the scripts of its package do.
    ///
    /// ## Why is this bad?
    /// Inside of an image 127.0.0.1 is the image itself. The port is open, and nobody answers: "connection reset by peer".
    ///
    /// Remedy: by hand, since the code may be run elsewhere too, where it should be reached by nobody else.
    ///
    /// ## Example
    /// `Dockerfile`:
    /// ```dockerfile
    /// FROM python:3.13-slim
    /// COPY . /app
    /// RUN pip install /app
    /// EXPOSE 8000
    /// ENTRYPOINT ["weather"]
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// def main() -> None:
    ///     mcp.run(transport="streamable-http")
    /// ```
    ///
    /// Use instead:
    /// `Dockerfile`:
    /// ```dockerfile
    /// FROM python:3.13-slim
    /// COPY . /app
    /// RUN pip install /app
    /// EXPOSE 8000
    /// ENTRYPOINT ["weather"]
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// def main() -> None:
    ///     mcp.run(transport="streamable-http", host="0.0.0.0")
    /// ```
    RUN007 "image-listens-to-itself" Warning Author
}

/// The variable by which `fastmcp` is told the address.
const VARIABLE: &str = "FASTMCP_HOST";

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for image in &subject.registry_files.images {
        let steps: Vec<&Instruction> = dockerfile::steps(&image.content).collect();
        let exposes = steps.iter().find(|step| step.keyword == "EXPOSE");
        if exposes.is_none() && !subject.registry_files.publishes_ports() || !serves_http(subject, image) {
            continue;
        }
        let variables: Vec<Label> =
            steps.iter().filter(|step| step.keyword == "ENV").flat_map(|step| step.pairs()).collect();
        let set = variables.iter().find(|pair| pair.key == VARIABLE);
        let Some(address) = own_address(subject, set.is_some()) else { continue };
        let shown = exposes.map(|step| step.range.start + 1..step.range.end);
        let place = match set.map(|set| set.range.clone()).or(shown) {
            Some(range) => Location::span(image.source.path(), Span::new(range.start, range.end)),
            None => image.source.path().into(),
        };
        let what = match set {
            Some(_) => format!(
                "`{VARIABLE}` is not read by this release of `mcp`, and the server listens on 127.0.0.1 alone"
            ),
            None => "the server listens on 127.0.0.1 alone, where nobody outside of the image reaches it"
                .to_owned(),
        };
        let finding = RULE.at(place, what).related_where(address.place, "it is started here");
        report.push(finding.help(address.remedy));
    }
}

/// Whether the script that the image starts serves over HTTP for sure, and the command gives it no address.
fn serves_http(subject: &Subject<'_>, image: &ParsedFile<Vec<Stage>>) -> bool {
    let words = started(&image.content);
    let is_told = words.iter().any(|word| word.text.contains("host") || word.text.contains("0.0.0.0"));
    let is_word = |text: &str| words.iter().any(|word| word.text.rsplit('/').next() == Some(text));
    let after = |option: &str| words.iter().skip_while(|word| word.text != option).nth(1);
    let module = after("-m").map(|module| module.text.split('.').next().unwrap_or_default());
    // a module starts what the scripts of its package start
    let references = subject.project.scripts().filter_map(|(_, entry)| {
        let reference = entry.reference.as_ref().ok()?;
        let is_meant = match module {
            Some(module) => reference.module.split('.').next() == Some(module),
            None => is_word(&entry.name.value),
        };
        is_meant.then_some(reference)
    });
    let transports: Vec<_> =
        references.map(|reference| server::transports(subject.program, reference)).collect();
    let over_http = |one: &Vec<Transport>| !one.is_empty() && !one.contains(&Transport::Stdio);
    !is_told && !transports.is_empty() && transports.iter().all(over_http)
}

/// The address of the image itself, on which the server listens.
struct OwnAddress {
    place: Option<Location>,
    remedy: &'static str,
}

/// None where the server may listen on another.
fn own_address(subject: &Subject<'_>, is_set: bool) -> Option<OwnAddress> {
    let calls = deciding(subject)?;
    let mut given =
        calls.iter().filter_map(|(name, call)| Some((*name, *call, &call.keyword("host")?.value)));
    let first = given.clone().next();
    if !given.all(|(_, _, value)| is_loopback(value)) || may_be_set(subject, first.is_some()) {
        return None;
    }
    let remedy = remedy(subject, is_set, first.is_none())?;
    let at = first.map(|(name, call, _)| (name, call));
    let at = at.or_else(|| calls.iter().copied().find(|(_, call)| is_start(call)));
    let place = at.and_then(|(name, call)| subject.in_module(name, call.span));
    Some(OwnAddress { place, remedy })
}

/// The calls that make and start the servers, each with its module; none where another call may tell the address.
fn deciding<'s>(subject: &Subject<'s>) -> Option<Vec<(&'s str, &'s Call)>> {
    let modules = subject.program.iter();
    let all = modules.flat_map(|(name, module)| module.calls().iter().map(move |call| (name, call)));
    let makes = |call: &Call| subject.server.objects.iter().any(|object| object.span == call.span);
    let calls: Vec<_> = all.filter(|(_, call)| is_start(call) || makes(call)).collect();
    // what serves the application by itself has arguments of its own
    let is_other = |call: &Call| call.path.starts_with("uvicorn") || call.is_open();
    let is_whole = !calls.is_empty() && !calls.iter().any(|(_, call)| is_other(call));
    is_whole.then_some(calls)
}

fn is_start(call: &Call) -> bool {
    call.path.rsplit_once('.').is_some_and(|(_, name)| sdk::starter(name).is_some())
}

fn is_loopback(value: &StaticValue) -> bool {
    matches!(value, StaticValue::Text(host) if sdk::is_loopback(host))
}

/// Whether the code may set the address in another way than by what a call is given.
fn may_be_set(subject: &Subject<'_>, is_given: bool) -> bool {
    let marks = ["settings.host", "HOST", "0.0.0.0", ".host ="];
    subject
        .program
        .sources()
        .map(|source| source.text())
        .any(|text| marks.iter().any(|mark| text.contains(mark)) || !is_given && has_word(text, "host"))
}

/// What to do about it; none where the variable is read.
fn remedy(subject: &Subject<'_>, is_set: bool, by_default: bool) -> Option<&'static str> {
    let sdks = dependencies::read(subject.project);
    let install = sdks.fresh()?;
    if install.release(Sdk::Fastmcp).is_some() {
        let free = by_default && !is_set;
        return (free || !by_default).then_some(if free {
            "add `ENV FASTMCP_HOST=0.0.0.0`, or give `run` the argument `host`"
        } else {
            "give it `host=\"0.0.0.0\"`, or leave it out and set `FASTMCP_HOST` in the image"
        });
    }
    let release = &install.release(Sdk::Mcp)?.version;
    if *release < Version::new([1, 12]) {
        return None;
    }
    Some(if *release < Version::new([2]) {
        "give the constructor of the server `host=\"0.0.0.0\"`, or an address that a variable of your own tells"
    } else {
        "give `run` the argument `host=\"0.0.0.0\"`, or an address that a variable of your own tells"
    })
}
