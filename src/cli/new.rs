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
use crate::export::{Artifacts, Export, Publication, install_section};
use crate::layout::SRC;
use crate::plan::{Content, Entry, Plan};
use crate::primitive_docs::{self, Section};
use crate::project::Channel;
use crate::render::harmless;
use crate::scaffold::{self, KeptFiles, NewOptions};
use crate::sdk::Sdk;
use crate::spec::person::Person;
use crate::text::{RelPath, listed};
use crate::tree::{self, SourceTree};

pub(super) static COMMAND: Command = Command {
    name: "new",
    summary: "Begin a server project that builds, starts and has tests",
    usage: "PATH [--name NAME] [--sdk mcp|fastmcp] [--github OWNER] [--author \"NAME <MAIL>\"] [--dockerfile]\n\n\
            \x20 PATH               a folder that is not there yet, called like the project; `.` is as `init`\n\
            \x20 --name NAME        the project's name, where the folder has another\n\
            \x20 --sdk SDK          `mcp` (default) or `fastmcp`\n\
            \x20 --github OWNER     who owns the repository: for the links and the registry\n\
            \x20 --author PERSON    who writes it\n\
            \x20 --dockerfile       write the `Dockerfile` of an image, too\n",
    run,
};

pub(super) static INIT: Command = Command {
    name: "init",
    summary: "Begin a server project in a folder that is there, such as a clone",
    usage: "[PATH] [--name NAME] [--sdk mcp|fastmcp] [--github OWNER] [--author \"NAME <MAIL>\"] [--dockerfile]\n\n\
            \x20 PATH               default: the current folder; its readme, licence and `.gitignore` stay\n\n\
            The options are those of `new`. No file that is there is written over.\n",
    run: run_in_place,
};

/// What was asked for.
struct Asked {
    path: Option<PathBuf>,
    name: Option<String>,
    sdk: Sdk,
    owner: Option<String>,
    author: Option<Person>,
    dockerfile: bool,
}

impl Asked {
    fn read(mut parser: lexopt::Parser) -> Result<Self, Failure> {
        let mut asked =
            Self { path: None, name: None, sdk: Sdk::Mcp, owner: None, author: None, dockerfile: false };
        while let Some(argument) = parser.next()? {
            match argument {
                Long("name") => asked.name = Some(word(&mut parser)?),
                Long("sdk") => asked.sdk = sdk_called(&word(&mut parser)?)?,
                Long("github") => asked.owner = Some(owner_called(word(&mut parser)?)?),
                Long("dockerfile") => asked.dockerfile = true,
                Long("author") => asked.author = Some(person(&word(&mut parser)?)?),
                Value(value) if asked.path.is_none() => asked.path = Some(PathBuf::from(value.string()?)),
                other => return Err(unexpected(other)),
            }
        }
        Ok(asked)
    }

    /// The project that is wished for in a folder, which gives it its name where none was asked for.
    fn wish(self, folder: &Path) -> Result<NewOptions, Failure> {
        let called = || folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let Self { sdk, owner, author, .. } = self;
        let wish = NewOptions { name: self.name.unwrap_or_else(called), sdk, author, owner };
        wish.check().map_err(|fault| Failure::Usage(fault.to_string()))?;
        Ok(wish)
    }
}

fn run(parser: lexopt::Parser, terminal: &Terminal<'_>) -> Result<CommandOutput, Failure> {
    let asked = Asked::read(parser)?;
    let Some(path) = asked.path.clone() else {
        return Err(Failure::Usage("name the folder of the project".to_owned()));
    };
    if path.file_name().is_none() {
        return in_place(asked, &path, terminal);
    }
    let dockerfile = asked.dockerfile;
    let wish = asked.wish(&path)?;
    if !is_free(&path)? {
        let place = path.display();
        return Err(Failure::Usage(format!(
            "`{place}` is there already; `mcp-backend init {place}` begins a project among its files"
        )));
    }
    begin(&wish, &path, &KeptFiles::default(), dockerfile, terminal)?;
    Ok(CommandOutput::done(told(&wish, &path)))
}

fn run_in_place(parser: lexopt::Parser, terminal: &Terminal<'_>) -> Result<CommandOutput, Failure> {
    let asked = Asked::read(parser)?;
    let path = asked.path.clone().unwrap_or_else(|| PathBuf::from("."));
    in_place(asked, &path, terminal)
}

/// What is made besides the scaffold, and what would make another project of it.
const MADE_OR_IN_THE_WAY: [&str; 6] = [
    "setup.py",
    "setup.cfg",
    ".env.example",
    ".github/workflows/ci.yml",
    ".github/workflows/nightly.yml",
    ".github/workflows/release.yml",
];

/// Begins a project among the files of a folder, of which none is written over.
fn in_place(asked: Asked, path: &Path, terminal: &Terminal<'_>) -> Result<CommandOutput, Failure> {
    let real = tree::real(path)?;
    let dockerfile = asked.dockerfile;
    let wish = asked.wish(&real)?;
    let tree = tree::walk(&real, &[RelPath::new(SRC)])?;
    let kept = KeptFiles::of(&tree);
    let mut ways: Vec<String> = scaffold::files(&wish)
        .iter()
        .map(|entry| entry.path.clone())
        .filter(|path| !kept.holds(path))
        .collect();
    ways.extend(MADE_OR_IN_THE_WAY.map(str::to_owned));
    ways.extend(dockerfile.then(|| "Dockerfile".to_owned()));
    let module = format!("{SRC}/{}", wish.module());
    let others = tree.files().iter().map(|file| file.path.as_str());
    let others = others.filter(|path| path.starts_with("src/") && !path.starts_with(&format!("{module}/")));
    let mut standing: Vec<String> =
        ways.into_iter().filter(|path| fs::symlink_metadata(real.join(path)).is_ok()).collect();
    standing.extend(others.take(1).map(str::to_owned));
    if !standing.is_empty() {
        let names: Vec<String> = standing.iter().map(|path| harmless::line(path)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let project = names.iter().any(|name| ["pyproject.toml", "setup.py", "setup.cfg"].contains(name));
        let remedy = if project {
            "; `mcp-backend migrate` turns a project that is there into one of ours"
        } else {
            ""
        };
        return Err(Failure::Usage(format!("{} in the way, and nothing was written{remedy}", stand(&names))));
    }
    begin(&wish, path, &kept, dockerfile, terminal)?;
    Ok(CommandOutput::done(told(&wish, path) + &kept.told(&wish)))
}

/// The names with the verb that they take.
fn stand(names: &[&str]) -> String {
    format!("{} {}", listed(names), if names.len() == 1 { "stands" } else { "stand" })
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
fn begin(
    wish: &NewOptions,
    root: &Path,
    kept: &KeptFiles,
    dockerfile: bool,
    terminal: &Terminal<'_>,
) -> Result<(), Error> {
    write(kept.beside(scaffold::files(wish)), root, terminal)?;
    let analysis = Analysis::read(root)?;
    let publication = analysis.publication();
    if kept.readme.is_none() {
        write_readme(&analysis, &publication)?;
    }
    let mut channels = vec![Channel::EnvExample, Channel::ReleaseWorkflow];
    channels.extend(dockerfile.then_some(Channel::Containerfile));
    let made = channels.into_iter().flat_map(|channel| channel.make(&publication, &Artifacts::default()));
    let mut files: Vec<Entry> = made.filter_map(file).collect();
    let pythons: Vec<_> = analysis.project.pythons().iter().map(ToString::to_string).collect();
    files.push(scaffold::workflow(&pythons));
    write(files, root, terminal)
}

/// A file that a channel made, by the name that more know.
fn file(export: Export) -> Option<Entry> {
    let Export::File(file) = export else { return None };
    match file.content {
        Content::Bytes(bytes) if file.path == "Containerfile" => {
            let text = String::from_utf8_lossy(&bytes).replace("exports/Containerfile", "Dockerfile");
            Some(Entry::bytes("Dockerfile".to_owned(), text))
        }
        _ => Some(file),
    }
}

/// Puts into the readme what is made from the code.
fn write_readme(analysis: &Analysis, publication: &Publication<'_>) -> Result<(), Error> {
    let readme = RelPath::new("README.md");
    let before = analysis.tree.read(&readme)?;
    let text = String::from_utf8_lossy(&before).replace("%clients%", &install_section(publication));
    let text = match Section::find(&text, &[], primitive_docs::START) {
        Ok(section) => section.replaced(&primitive_docs::markdown(analysis.primitives())),
        Err(_) => text.clone(),
    };
    archive::replace(analysis.tree.root(), &readme, Some(&before), text.as_bytes())
}

fn write(entries: Vec<Entry>, root: &Path, terminal: &Terminal<'_>) -> Result<(), Error> {
    let plan = Plan { file_name: String::new(), entries };
    let epoch = Epoch::from_setting(None).expect("unset, it is the first");
    let tree = SourceTree::default();
    archive::folder(&plan, root, &Writing { tree: &tree, epoch, interrupted: terminal.interrupted })
}

fn told(wish: &NewOptions, root: &Path) -> String {
    let place = root.display();
    let mut text = format!("made the server project `{}` in `{place}`\n\nnext:\n", wish.name);
    if root != Path::new(".") {
        text += &format!("  cd {place}\n");
    }
    text += "  uv run pytest          # its tests\n  mcp-backend check      # every mistake of packaging\n";
    text += "  mcp-backend verify     # install it, start it, list its tools\n";
    if wish.owner.is_none() {
        text += "\nwithout `--github OWNER` it has no links and no name in the registry\n";
    }
    text
}
