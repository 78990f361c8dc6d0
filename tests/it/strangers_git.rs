//! A repository's own configuration names programs, and no command of ours runs one.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use mcp_backend::cli;
use mcp_backend::render::TerminalStyle;

const FOREIGN: &str = "[build-system]\nrequires = [\"hatchling\", \"hatch-vcs\"]\nbuild-backend = \"hatchling.build\"\n\n[project]\n\
                       name = \"weather\"\ndynamic = [\"version\"]\nkeywords = [\"a,b\"]\n\n\
                       [tool.hatch.version]\nsource = \"vcs\"\n";

/// Git as its user asks it, with what only a user's own test needs.
fn git(folder: &Path, words: &[&str]) -> bool {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(words);
    git.output().expect("git is there").status.success()
}

/// A project with a commit, and the marks that the programs of its configuration leave.
struct Hostile {
    folder: tempfile::TempDir,
    outside: tempfile::TempDir,
}

impl Hostile {
    fn lay() -> Self {
        let (folder, outside) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let root = folder.path();
        fs::create_dir(root.join("weather")).expect("made");
        fs::write(root.join("pyproject.toml"), FOREIGN).expect("written");
        fs::write(root.join("weather/__init__.py"), "").expect("written");
        fs::write(root.join(".gitattributes"), "* filter=own diff=own\n*.py filter=long\n").expect("written");
        assert!(git(root, &["init", "--quiet"]) && git(root, &["add", "."]));
        assert!(git(root, &["commit", "--quiet", "--message", "all"]) && git(root, &["tag", "v1"]));
        Self { folder, outside }
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    /// A program that leaves a mark called `name`.
    fn program(&self, name: &str) -> String {
        let script = self.outside.path().join(format!("{name}.sh"));
        let mark = self.outside.path().join(format!("{name}.mark"));
        fs::write(&script, format!("#!/bin/sh\ntouch '{}'\nexit 1\n", mark.display())).expect("written");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("made executable");
        script.to_str().expect("UTF-8").to_owned()
    }

    fn set(&self, key: &str, value: &str) {
        assert!(git(self.root(), &["config", key, value]), "{key}");
    }

    /// Names a program wherever git takes one.
    fn arm(&self) {
        let hooks = self.root().join("hooks");
        fs::create_dir(&hooks).expect("made");
        for hook in ["post-index-change", "pre-commit", "reference-transaction"] {
            fs::copy(self.program("hook"), hooks.join(hook)).expect("copied");
        }
        self.set("core.hooksPath", hooks.to_str().expect("UTF-8"));
        for (key, name) in [
            ("core.fsmonitor", "fsmonitor"),
            ("core.pager", "pager"),
            ("core.sshCommand", "ssh"),
            ("core.editor", "editor"),
            ("filter.own.clean", "clean"),
            ("filter.own.smudge", "smudge"),
            ("filter.long.process", "process"),
            ("filter.long.required", "true"),
            ("diff.own.textconv", "textconv"),
            ("diff.external", "external"),
            ("credential.helper", "helper"),
            ("gpg.program", "gpg"),
            ("log.showSignature", "true"),
        ] {
            let value = if name == "true" { name.to_owned() } else { self.program(name) };
            self.set(key, &value);
        }
        self.touch();
    }

    /// Has git look into every file again.
    fn touch(&self) {
        for path in ["pyproject.toml", "weather/__init__.py"] {
            let place = self.root().join(path);
            let Ok(file) = fs::File::options().append(true).open(place) else { continue };
            let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
            file.set_modified(later).expect("touched");
        }
    }

    fn marks(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.outside.path()).expect("listed");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths.filter(|path| path.extension().is_some_and(|suffix| suffix == "mark")).collect()
    }

    /// Runs one command after the other; none leaves a mark.
    fn survives(&self, commands: &[&[&str]]) {
        for words in commands {
            let place = self.root().to_str().expect("UTF-8");
            let words: Vec<_> = words.iter().copied().chain([place]).map(str::to_owned).collect();
            cli::run(&words, TerminalStyle::default(), &|| false);
            assert!(self.marks().is_empty(), "{words:?}: {:?}", self.marks());
            self.touch();
        }
    }
}

const COMMANDS: &[&[&str]] = &[
    &["migrate", "--dry-run"],
    &["migrate"],
    &["migrate", "--force"],
    &["check", "--fix"],
    &["check"],
    &["files"],
    &["tools"],
    &["contract"],
    &["build"],
];

#[test]
fn no_command_runs_what_a_repository_names() {
    let project = Hostile::lay();
    project.arm();
    git(project.root(), &["status", "--porcelain"]);
    assert!(!project.marks().is_empty(), "git itself would run some");
    for mark in project.marks() {
        fs::remove_file(mark).expect("removed");
    }
    project.survives(COMMANDS);
    assert!(project.root().join("src/weather/__init__.py").exists(), "it was migrated all the same");
    assert!(git(project.root(), &["ls-files", "--error-unmatch", "src/weather/__init__.py"]));
}

#[test]
fn no_command_takes_a_bare_repository_among_the_files_for_the_projects() {
    let project = Hostile::lay();
    project.arm();
    for mark in project.marks() {
        fs::remove_file(mark).expect("removed");
    }
    for entry in fs::read_dir(project.root().join(".git")).expect("listed") {
        let entry = entry.expect("an entry");
        let target = project.root().join(entry.file_name());
        if !target.exists() {
            fs::rename(entry.path(), target).expect("moved");
        }
    }
    fs::remove_dir_all(project.root().join(".git")).expect("removed");
    let config = project.root().join("config");
    let text = fs::read_to_string(&config).expect("read").replace("bare = false", "worktree = .");
    fs::write(config, text).expect("written");
    project.survives(COMMANDS);
}

#[test]
fn nothing_is_fetched_into_a_partial_clone() {
    let project = Hostile::lay();
    let remote = format!("ext::{} %S", project.program("remote"));
    for (key, value) in [
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.url", &remote),
        ("remote.origin.promisor", "true"),
        ("protocol.ext.allow", "always"),
    ] {
        project.set(key, value);
    }
    let head = fs::read_dir(project.root().join(".git/objects")).expect("listed");
    for folder in head.map(|entry| entry.expect("an entry").path()) {
        if folder.file_name().is_some_and(|name| name.len() == 2) {
            fs::remove_dir_all(folder).expect("removed");
        }
    }
    git(project.root(), &["status", "--porcelain"]);
    assert!(!project.marks().is_empty(), "git itself would fetch");
    for mark in project.marks() {
        fs::remove_file(mark).expect("removed");
    }
    project.survives(COMMANDS);
}

#[test]
fn a_filter_that_cannot_be_silenced_keeps_git_unasked() {
    let project = Hostile::lay();
    fs::write(project.root().join(".gitattributes"), "* filter=a=b\n").expect("written");
    project.set("filter.a=b.clean", &project.program("clean"));
    project.touch();
    project.survives(COMMANDS);
    assert!(project.root().join("src/weather").exists(), "by `--force`");
}
