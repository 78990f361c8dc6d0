//! Several projects asked the same: which they are, and their answers as one.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::{CommandOutput, Failure};
use crate::project::{self, FILE_NAME};
use crate::render::harmless;
use crate::spec::name;
use crate::text::RelPath;
use crate::text::literal::quoted;
use crate::tree;

/// One of several projects.
#[derive(Clone, Debug)]
pub(super) struct ProjectPlace {
    /// Its folder, as messages name it.
    pub(super) root: PathBuf,
    /// The same from the folder that all paths of the report start at; `.` is that folder.
    pub(super) path: RelPath,
}

impl ProjectPlace {
    /// A project by itself, whose report starts at it.
    pub(super) fn alone(root: PathBuf) -> Self {
        Self { root, path: RelPath::root() }
    }

    /// What the answers call it.
    pub(super) fn name(&self) -> &str {
        if self.path.as_str().is_empty() { "." } else { self.path.as_str() }
    }

    /// A text of the project, below its name.
    pub(super) fn titled(&self, text: &str) -> String {
        format!("{}:\n{text}", harmless::line(self.name()))
    }
}

/// The projects, what is to be told of them as a whole, and the status that it comes to.
#[derive(Debug, Default)]
pub(super) struct Several {
    pub(super) projects: Vec<ProjectPlace>,
    /// The folder of the workspace, or what was looked through.
    pub(super) root: Option<PathBuf>,
    pub(super) notices: String,
    pub(super) status: u8,
}

/// More at once would only wait for one another: each is read on all cores.
const MOST: usize = 8;

/// The stack of a thread that reads a project, as deep as that of the process.
const STACK: usize = 8 * 1024 * 1024;

/// How the answers stand together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Each below the name of its project.
    Text,
    /// One after the other, as each line says where it belongs.
    Lines,
    /// In one document.
    Json,
}

impl Several {
    /// Gathers the folders, given by their real paths.
    pub(super) fn of(folders: Vec<PathBuf>, root: Option<PathBuf>) -> Self {
        let here = tree::real(Path::new(".")).unwrap_or_default();
        let is_here = |folder: &PathBuf| !here.as_os_str().is_empty() && folder.starts_with(&here);
        let all_here = folders.iter().chain(&root).all(is_here);
        let base = if all_here { here } else { common(folders.iter().chain(&root)) };
        let place = |folder: PathBuf| {
            let below = folder.strip_prefix(&base).unwrap_or(Path::new("")).to_path_buf();
            let text = below.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
            let short = if below.as_os_str().is_empty() { PathBuf::from(".") } else { below };
            let root = if all_here { short } else { folder };
            ProjectPlace { root, path: RelPath::parse(&text).unwrap_or_default() }
        };
        let root = root.map(|root| place(root).root);
        Self { projects: folders.into_iter().map(place).collect(), root, ..Self::default() }
    }

    /// Those alone that this backend builds: a workspace may hold others, which are told; of none but others it is an
    /// error.
    pub(super) fn of_this_backend(mut self) -> Self {
        self.leave_out(|backend, is_ours| {
            backend.filter(|_| !is_ours).map(|name| format!("`{name}` builds it"))
        });
        if self.projects.is_empty() && self.status == 0 {
            self.notices += "error: this backend builds none of the projects\n";
            self.status = 2;
        }
        self
    }

    /// Those alone that another backend builds, or none is named for.
    pub(super) fn of_other_backends(mut self) -> Self {
        self.leave_out(|_, is_ours| is_ours.then(|| "mcp-backend builds it already".to_owned()));
        self
    }

    /// Leaves out the projects for which `reason` has one, by the backend that is named and whether it is ours.
    fn leave_out(&mut self, reason: impl Fn(Option<&str>, bool) -> Option<String>) {
        let (projects, notices) = (&mut self.projects, &mut self.notices);
        projects.retain(|place| {
            let Ok(bytes) = tree::read_first(&place.root.join(FILE_NAME)) else { return true };
            let system = project::read(bytes).build_system;
            let backend = system.backend.as_ref().map(|backend| backend.value.as_str());
            let reason = reason(backend, system.is_ours());
            let told = |reason| format!("note: `{}` is left out: {reason}", place.name());
            *notices +=
                &reason.as_ref().map(|reason| harmless::line(&told(reason)) + "\n").unwrap_or_default();
            reason.is_none()
        });
    }

    /// Those whose artifacts do not take one another's place in one folder: of several with one name none is built.
    pub(super) fn apart(mut self) -> Self {
        let name = |place: &ProjectPlace| {
            let project = project::read(tree::read_first(&place.root.join(FILE_NAME)).ok()?);
            project.name.map(|name| name::normalize(&name.value))
        };
        let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let names: Vec<Option<String>> = self.projects.iter().map(name).collect();
        for (place, name) in self.projects.iter().zip(&names) {
            named.entry(name.clone().unwrap_or_default()).or_default().push(format!("`{}`", place.name()));
        }
        named.retain(|name, places| !name.is_empty() && places.len() > 1);
        for (name, places) in &named {
            let places: Vec<&str> = places.iter().map(String::as_str).collect();
            let told = format!("{} are all called `{name}`, and their artifacts too", places.join(", "));
            self.notices += &format!("error: {}: none is built\nhelp: rename them\n", harmless::line(&told));
            self.status = self.status.max(1);
        }
        let pairs = self.projects.into_iter().zip(names);
        let alone = pairs.filter(|(_, name)| name.as_ref().is_none_or(|name| !named.contains_key(name)));
        self.projects = alone.map(|(place, _)| place).collect();
        self
    }

    /// What `work` comes to for each, in order; several at once where `at_once` allows it. A project whose folder cannot be
    /// read, or that brings us down, ends nobody else's.
    pub(super) fn each<T: Send>(
        &self,
        at_once: bool,
        work: impl Fn(&ProjectPlace) -> Result<T, Failure> + Sync,
    ) -> Vec<Result<T, String>> {
        let one = |place: &ProjectPlace| match catch_unwind(AssertUnwindSafe(|| work(place))) {
            Ok(answer) => answer.map_err(|failure| failure.to_string()),
            Err(_) => Err("internal error in mcp-backend, please report it".to_owned()),
        };
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let workers = if at_once { cores.min(MOST).min(self.projects.len()) } else { 1 };
        if workers < 2 {
            return self.projects.iter().map(one).collect();
        }
        let (next, answers) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let take = || {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(place) = self.projects.get(at) else { return };
                let answer = one(place);
                answers.lock().expect("no holder panics").push((at, answer));
            }
        };
        thread::scope(|scope| {
            // this thread is one of them
            for _ in 1..workers {
                let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, take);
                // where the system gives no more threads, those that there are do the work
                drop(thread);
            }
            take();
        });
        let mut answers = answers.into_inner().expect("no holder panics");
        answers.sort_by_key(|(at, _)| *at);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }

    /// The answers of a command as one: the worst status, and the texts together.
    pub(super) fn answer(
        &self,
        form: Form,
        at_once: bool,
        work: impl Fn(&ProjectPlace) -> Result<CommandOutput, Failure> + Sync,
    ) -> CommandOutput {
        let outputs = self.each(at_once, work).into_iter().map(|answer| {
            let failed = |failure| CommandOutput {
                status: 2,
                stderr: format!("error: {failure}\n"),
                ..CommandOutput::default()
            };
            answer.unwrap_or_else(failed)
        });
        let outputs: Vec<CommandOutput> = outputs.collect();
        let worst = outputs.iter().map(|output| output.status).max().unwrap_or_default();
        let all = || self.projects.iter().zip(&outputs);
        let stdout = match form {
            Form::Json => json(all()),
            Form::Lines => outputs.iter().map(|output| output.stdout.as_str()).collect(),
            Form::Text => titled(all().map(|(place, output)| (place, output.stdout.as_str()))),
        };
        let stderr = titled(all().map(|(place, output)| (place, output.stderr.as_str())));
        let stderr = self.notices.clone() + if stderr.is_empty() { "" } else { &stderr };
        CommandOutput { status: worst.max(self.status), stdout, stderr }
    }
}

/// The deepest folder that holds all.
fn common<'p>(mut paths: impl Iterator<Item = &'p PathBuf>) -> PathBuf {
    let first = paths.next().cloned().unwrap_or_default();
    paths.fold(first, |base, path| {
        let shared = base.components().zip(path.components()).take_while(|(left, right)| left == right);
        shared.map(|(part, _)| part).collect()
    })
}

/// The texts that say something, each below the name of its project, with a blank line between.
fn titled<'t>(texts: impl Iterator<Item = (&'t ProjectPlace, &'t str)>) -> String {
    let said = texts.filter(|(_, text)| !text.is_empty());
    let blocks: Vec<String> = said.map(|(place, text)| place.titled(text)).collect();
    blocks.join("\n")
}

/// One document, in which each answer stands as it would alone.
fn json<'o>(all: impl Iterator<Item = (&'o ProjectPlace, &'o CommandOutput)>) -> String {
    let entry = |(place, output): (&ProjectPlace, &CommandOutput)| {
        let told = |text: &str| if text.is_empty() { "null".to_owned() } else { quoted(text.trim_end()) };
        let error = if output.status == 0 { "null".to_owned() } else { told(&output.stderr) };
        let answer = output.stdout.trim_end().replace('\n', "\n      ");
        let answer = if answer.is_empty() { "null".to_owned() } else { answer };
        format!(
            "    {{\n      \"path\": {},\n      \"status\": {},\n      \"error\": {error},\n      \"answer\": {answer}\n    }}",
            quoted(place.name()),
            output.status
        )
    };
    let entries: Vec<String> = all.map(entry).collect();
    let list = if entries.is_empty() { "[]".to_owned() } else { format!("[\n{}\n  ]", entries.join(",\n")) };
    format!("{{\n  \"version\": 1,\n  \"projects\": {list}\n}}\n")
}
