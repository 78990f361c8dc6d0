//! `mcp-backend new`: a complete little server project, to be changed into one's own.

use std::fs;
use std::path::{Path, PathBuf};

use lexopt::Arg::{Long, Value};
use lexopt::ValueExt as _;

use super::arguments::{unexpected, word};
use super::{Command, CommandOutput, Failure, Terminal};
use crate::analysis::Analysis;
use crate::archive::{self, Epoch, Writing};
use crate::error::Error;
use crate::export::{Artifacts, Export, install_section};
use crate::plan::{Entry, Plan};
use crate::primitive_docs::{self, Section};
use crate::project::Channel;
use crate::scaffold::{self, NewOptions};
use crate::sdk::Sdk;
use crate::spec::person::Person;
use crate::text::RelPath;
use crate::tree::SourceTree;

pub(super) static COMMAND: Command = Command {
    name: "new",
    summary: "Begin a server project that builds, starts and has tests",
    usage: "PATH [--sdk mcp|fastmcp] [--github OWNER] [--author \"NAME <MAIL>\"]\n\n\
            \x20 PATH               a folder that is not there yet, called like the project\n\
            \x20 --sdk SDK          `mcp` (default) or `fastmcp`\n\
            \x20 --github OWNER     who owns the repository: for the links and the registry\n\
            \x20 --author PERSON    who writes it\n",
    run,
};

fn run(mut parser: lexopt::Parser, terminal: &Terminal<'_>) -> Result<CommandOutput, Failure> {
    let mut path: Option<PathBuf> = None;
    let (mut sdk, mut owner, mut author) = (Sdk::Mcp, None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("sdk") => sdk = sdk_called(&word(&mut parser)?)?,
            Long("github") => owner = Some(owner_called(word(&mut parser)?)?),
            Long("author") => author = Some(person(&word(&mut parser)?)?),
            Value(value) if path.is_none() => path = Some(PathBuf::from(value.string()?)),
            other => return Err(unexpected(other)),
        }
    }
    let Some(path) = path else { return Err(Failure::Usage("name the folder of the project".to_owned())) };
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let wish = NewOptions { name, sdk, author, owner };
    wish.check().map_err(|fault| Failure::Usage(fault.to_string()))?;
    if !is_free(&path)? {
        return Err(Failure::Usage(format!("`{}` is there already", path.display())));
    }
    begin(&wish, &path, terminal)?;
    Ok(CommandOutput::done(told(&wish, &path)))
}

fn sdk_called(name: &str) -> Result<Sdk, Failure> {
    [Sdk::Mcp, Sdk::Fastmcp]
        .into_iter()
        .find(|sdk| sdk.name() == name)
        .ok_or_else(|| Failure::Usage(format!("`{name}` is no SDK; write `mcp` or `fastmcp`")))
}

/// An account at GitHub: letters and digits with single hyphens between.
fn owner_called(name: String) -> Result<String, Failure> {
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let well = !name.is_empty() && name.chars().all(inner) && !name.starts_with('-') && !name.ends_with('-');
    if well { Ok(name) } else { Err(Failure::Usage(format!("`{name}` is no account at GitHub"))) }
}

/// `Ada Example <ada@example.org>`, or a name alone.
fn person(text: &str) -> Result<Person, Failure> {
    let (name, email) = match text.split_once('<') {
        Some((name, rest)) => (name.trim(), Some(rest.trim_end().trim_end_matches('>').trim())),
        None => (text.trim(), None),
    };
    let odd = |text: &str| text.is_empty() || text.contains(|c: char| c.is_control() || ",<>".contains(c));
    if odd(name) || email.is_some_and(|email| odd(email) || !email.contains('@')) {
        return Err(Failure::Usage(format!("`{text}` is nobody; write `NAME` or `NAME <MAIL>`")));
    }
    Ok(Person { name: Some(name.to_owned()), email: email.map(str::to_owned) })
}

/// Whether nothing is there, or an empty folder.
fn is_free(path: &Path) -> Result<bool, Error> {
    match fs::read_dir(path) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(fault) if fault.kind() == std::io::ErrorKind::NotADirectory => Ok(false),
        Err(fault) => Err(Error::read(path)(fault)),
    }
}

/// Writes the files; then, with the code there, what is made from it.
fn begin(wish: &NewOptions, root: &Path, terminal: &Terminal<'_>) -> Result<(), Error> {
    write(scaffold::files(wish), root, terminal)?;
    let analysis = Analysis::read(root)?;
    let publication = analysis.publication();
    let readme = RelPath::new("README.md");
    let before = analysis.tree.read(&readme)?;
    let text = String::from_utf8_lossy(&before).replace("%clients%", &install_section(&publication));
    let text = match Section::find(&text, &[], primitive_docs::START) {
        Ok(section) => section.replaced(&primitive_docs::markdown(analysis.primitives())),
        Err(_) => text.clone(),
    };
    archive::replace(root, &readme, Some(&before), text.as_bytes())?;
    let made = Channel::ReleaseWorkflow.make(&publication, &Artifacts::default());
    let files = made.into_iter().filter_map(|export| match export {
        Export::File(file) => Some(file),
        Export::Bundle(_) => None,
    });
    write(files.collect(), root, terminal)
}

fn write(entries: Vec<Entry>, root: &Path, terminal: &Terminal<'_>) -> Result<(), Error> {
    let plan = Plan { file_name: String::new(), entries };
    let epoch = Epoch::from_setting(None).expect("unset, it is the first");
    let tree = SourceTree::default();
    archive::folder(&plan, root, &Writing { tree: &tree, epoch, interrupted: terminal.interrupted })
}

fn told(wish: &NewOptions, root: &Path) -> String {
    let place = root.display();
    let mut text = format!("made the server project `{}` in `{place}`\n\nnext:\n  cd {place}\n", wish.name);
    text += "  uv run pytest          # its tests\n  mcp-backend check      # every mistake of packaging\n";
    text += "  mcp-backend verify     # install it, start it, list its tools\n";
    if wish.owner.is_none() {
        text += "\nwithout `--github OWNER` it has no links and no name in the registry\n";
    }
    text
}
