//! git as a child process, the only one that we start, and one that runs nothing which the project names.
//!
//! What a repository's own configuration says is a stranger's word: that of a project which somebody unpacked, or a bare
//! repository that lies among its files. Even `git status` runs programs by it: `core.fsmonitor`, the hooks of
//! `core.hooksPath` (one follows each write of the index), the `clean` and `process` of a filter that `.gitattributes`
//! chooses, and what fetches the objects which a partial clone left out. `-c` goes before every file, so it takes each of
//! these its force; filters have names of their own, so git is asked for them first, which runs nothing. The user's own
//! configuration stands, as it says whom git trusts (`safe.directory`).

use std::path::Path;
use std::process::{Command, Stdio};

use crate::text::RelPath;

/// What takes the repository's configuration its force, whatever it says.
const HARMLESS: [&str; 7] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.sshCommand=false",
    "credential.helper=",
    "diff.external=",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
];

/// Keys of a repository's own that name programs, by their beginning; the second are run by a filter of the user's.
const PROGRAMS: [&str; 2] = ["filter.", "lfs.extension."];

/// The variables that lead to the user's configuration and to git itself. All others of git's send it elsewhere: a hook
/// that starts us, say, has set `GIT_DIR` and `GIT_INDEX_FILE` for its own repository.
const KEPT: [&str; 3] = ["GIT_CONFIG_", "GIT_EXEC_PATH", "GIT_CEILING_DIRECTORIES"];

/// git, asked of the repository that holds a folder.
#[derive(Debug)]
pub struct Git<'r> {
    folder: &'r Path,
    /// `KEY=` for each program that the repository's configuration names by a key of its own.
    emptied: Vec<String>,
}

impl<'r> Git<'r> {
    /// Git at `folder`; none where it is not there, is older than 2.26, or cannot be kept from running a program.
    pub fn at(folder: &'r Path) -> Option<Self> {
        let git = Self { folder, emptied: Vec::new() };
        let listed = git.answer(&["config", "--list", "--null", "--show-scope", "--name-only"])?;
        let mut words = listed.split_terminator('\0');
        let mut emptied = Vec::new();
        while let (Some(scope), Some(key)) = (words.next(), words.next()) {
            let is_own = matches!(scope, "local" | "worktree");
            if is_own && PROGRAMS.iter().any(|program| key.starts_with(program)) {
                // `-c` would take what stands before it for the key
                if key.contains('=') {
                    return None;
                }
                emptied.push(format!("{key}="));
            }
        }
        Some(Self { folder, emptied })
    }

    /// Whether a repository holds the folder.
    pub fn has_repository(&self) -> bool {
        self.answer(&["rev-parse", "--is-inside-work-tree"]).is_some()
    }

    /// The tags of what is checked out and of all before it.
    pub fn tags(&self) -> Vec<String> {
        let tags = self.answer(&["for-each-ref", "--merged=HEAD", "--format=%(refname:short)", "refs/tags"]);
        tags.iter().flat_map(|tags| tags.lines()).map(str::to_owned).collect()
    }

    /// The files of the folder that git ignores.
    pub fn ignored(&self) -> Vec<RelPath> {
        let paths = self.answer(&["ls-files", "-z", "--others", "--ignored", "--exclude-standard"]);
        let paths = paths.iter().flat_map(|paths| paths.split('\0'));
        paths.filter_map(|path| RelPath::parse(path).ok()).collect()
    }

    /// What of the folder is not committed, a line each; none where git cannot tell. A submodule counts by its commit:
    /// to look into one would start git there, by a configuration that was not asked.
    pub fn uncommitted(&self) -> Option<String> {
        self.answer(&["status", "--porcelain", "--ignore-submodules=dirty", "--", "."])
    }

    /// Moves a file or folder, so that the index knows; whether it did.
    pub fn moves(&self, from: &Path, to: &Path) -> bool {
        let within = |path: &Path| path.strip_prefix(self.folder).unwrap_or(path).to_owned();
        let mut git = self.command();
        git.args(["mv", "--"]).arg(within(from)).arg(within(to)).stdout(Stdio::null());
        git.status().is_ok_and(|status| status.success())
    }

    /// What git answers; none when it fails, or is not there.
    fn answer(&self, arguments: &[&str]) -> Option<String> {
        let output = self.command().args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8(output.stdout).ok())?
    }

    fn command(&self) -> Command {
        let mut git = Command::new("git");
        git.arg("-C").arg(self.folder).arg("--no-pager");
        for setting in HARMLESS.into_iter().chain(self.emptied.iter().map(String::as_str)) {
            git.args(["-c", setting]);
        }
        for (name, _) in std::env::vars_os() {
            let is_of_git = name.to_str().is_some_and(|name| {
                let is_kept =
                    KEPT.iter().any(|kept| name.starts_with(kept)) && name != "GIT_CONFIG_PARAMETERS";
                name.starts_with("GIT_") && !is_kept
            });
            if is_of_git {
                git.env_remove(name);
            }
        }
        git.env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_NO_LAZY_FETCH", "1");
        // goes before what the configuration allows to single protocols
        git.env("GIT_ALLOW_PROTOCOL", "none");
        git.stdin(Stdio::null()).stderr(Stdio::null());
        git
    }
}
