//! `mcp-backend tools`: what the server offers, as its source tells.

use lexopt::Arg::{Long, Value};

use super::arguments::{ProjectArguments, unexpected, word};
use super::marked_file::{MarkedFile, WantedSection, refused};
use super::several::{Form, ProjectPlace};
use super::{Command, CommandOutput, Failure, Terminal};
use crate::inspection::Inspection;
use crate::primitive_docs::{self, START, Section};
use crate::registry_files;
use crate::render::harmless;

pub(super) static COMMAND: Command = Command {
    name: "tools",
    summary: "List the tools, prompts and resources that the server offers",
    usage: "[PATH...] [--workspace] [--budget] [--format table|json]\n\
            \x20      mcp-backend tools [PATH...] [--workspace] --markdown [--check | --write]\n\n\
            \x20 --workspace       all members of the workspace, or all projects below PATH\n\
            \x20 --format FORMAT   table (default) or json\n\
            \x20 --budget          about how many tokens each tool costs a model\n\
            \x20 --markdown        the section of a readme that tells of them\n\
            \x20 --check           tell whether the project's readme holds exactly that section\n\
            \x20 --write           put it between the lines of the readme that mark it\n",
    run,
};

/// So many changes are told one by one.
const CHANGES: usize = 20;

/// What is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Output {
    Table,
    Json,
    Budget,
    BudgetJson,
    Markdown,
    Check,
    Write,
}

fn run(mut parser: lexopt::Parser, terminal: &Terminal<'_>) -> Result<CommandOutput, Failure> {
    let mut asked = ProjectArguments::default();
    let mut format = None;
    let (mut markdown, mut check, mut write, mut budget) = (false, false, false, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("format") => format = Some(format_called(&word(&mut parser)?)?),
            Long("budget") => budget = true,
            Long("markdown") => markdown = true,
            Long("check") => check = true,
            Long("write") => write = true,
            Long("workspace") => asked.take_workspace(),
            Value(value) => asked.take(value),
            other => return Err(unexpected(other)),
        }
    }
    let output = match (format, markdown, check, write) {
        (_, true, ..) if budget => return Err(usage("`--budget` and `--markdown` exclude each other")),
        (Some(Output::Json), false, false, false) if budget => Output::BudgetJson,
        (_, false, false, false) if budget => Output::Budget,
        (format, false, false, false) => format.unwrap_or(Output::Table),
        (None, true, false, false) => Output::Markdown,
        (None, true, true, false) => Output::Check,
        (None, true, false, true) => Output::Write,
        (_, false, ..) => return Err(usage("`--check` and `--write` go with `--markdown`")),
        (Some(_), true, ..) => return Err(usage("`--format` and `--markdown` exclude each other")),
        (None, true, true, true) => return Err(usage("`--check` and `--write` exclude each other")),
    };
    if asked.are_several() {
        let form = if matches!(output, Output::Json | Output::BudgetJson) { Form::Json } else { Form::Text };
        let work = |place: &ProjectPlace| answer(&Inspection::at(&place.root)?, output, terminal);
        return Ok(asked.projects()?.answer(form, output != Output::Write, work));
    }
    let path = asked.server();
    if matches!(output, Output::Check | Output::Write) && path.is_file() {
        return Err(usage("`--check` and `--write` take the folder of a project"));
    }
    answer(&Inspection::at(&path)?, output, terminal)
}

fn format_called(name: &str) -> Result<Output, Failure> {
    match name {
        "table" => Ok(Output::Table),
        "json" => Ok(Output::Json),
        _ => Err(Failure::Usage(format!("`{name}` is no format; write `table` or `json`"))),
    }
}

fn usage(fault: &str) -> Failure {
    Failure::Usage(fault.to_owned())
}

fn answer(
    inspection: &Inspection,
    output: Output,
    terminal: &Terminal<'_>,
) -> Result<CommandOutput, Failure> {
    let primitives = inspection.primitives();
    let stdout = match output {
        Output::Table => primitive_docs::table(primitives, terminal.look),
        Output::Json => primitive_docs::json(primitives),
        Output::Budget => primitive_docs::budget(primitives),
        Output::BudgetJson => primitive_docs::budget_json(primitives),
        Output::Markdown => primitive_docs::markdown(primitives),
        Output::Check => return in_readme(inspection, false),
        Output::Write => return in_readme(inspection, true),
    };
    Ok(CommandOutput::done(stdout))
}

/// Compares the section with the one in the readme, or puts it there.
fn in_readme(inspection: &Inspection, write: bool) -> Result<CommandOutput, Failure> {
    let registry_files = registry_files::read(&inspection.project, &inspection.tree);
    let Some(readme) = registry_files.readme.as_ref().filter(|readme| readme.is_markdown()) else {
        let fault = "`pyproject.toml` names no readme in Markdown";
        return Ok(refused(fault, "`mcp-backend tools --markdown` prints the section for any other file"));
    };
    let file = MarkedFile {
        root: inspection.tree.root(),
        path: readme.source.path(),
        text: readme.source.text(),
        code: readme.blocks().iter().map(|block| block.range.clone()).collect(),
    };
    let wanted = WantedSection {
        first: START,
        text: primitive_docs::markdown(inspection.primitives()),
        fault: "does not tell what the server offers now",
        command: "mcp-backend tools --markdown --write".to_owned(),
    };
    file.renewed(&wanted, write, changes)
}

/// What the new section would change, a line each.
fn changes(section: &Section<'_>, current: &str) -> String {
    let changes = section.changes(current);
    let shown = changes.iter().take(CHANGES);
    let mut text: String = shown.map(|(mark, title)| format!("{mark} {}\n", harmless::line(title))).collect();
    if changes.len() > CHANGES {
        text += &format!("and {} more\n", changes.len() - CHANGES);
    }
    text
}
