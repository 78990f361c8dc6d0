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

/// A folder of a working tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// Whether commits are missing before the first that is there.
    pub is_shallow: bool,
    /// Whether it is the root of the working tree.
    pub is_root: bool,
}

/// A tag at or before what is checked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearestTag {
    /// The tag.
    pub tag: String,
    /// How many commits are not in it.
    pub distance: u64,
    /// All tags of its commit.
    pub beside: Vec<String>,
}

/// Why a folder is of no repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCheckout {
    /// It lies in none.
    NoRepository,
    /// In that of another user, whom git does not trust.
    Distrusted,
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

    /// Where the folder lies in its repository, and whether all of the history is there.
    ///
    /// # Errors
    /// When no repository holds it that git would read.
    pub fn checkout(&self) -> Result<Checkout, NoCheckout> {
        let mut git = self.command();
        // the words of a failure are for us to read
        git.env("LC_ALL", "C").stderr(Stdio::piped());
        let answer = git.args(["rev-parse", "--is-shallow-repository", "--show-prefix"]).output();
        let answer = answer.map_err(|_| NoCheckout::NoRepository)?;
        if !answer.status.success() {
            let said = String::from_utf8_lossy(&answer.stderr);
            let distrusted = said.contains("dubious ownership");
            return Err(if distrusted { NoCheckout::Distrusted } else { NoCheckout::NoRepository });
        }
        let told = String::from_utf8_lossy(&answer.stdout);
        let mut lines = told.lines();
        let is_shallow = lines.next() == Some("true");
        Ok(Checkout { is_shallow, is_root: lines.next().unwrap_or_default().is_empty() })
    }

    /// Whether the file of the folder is one of the repository's.
    pub fn tracks(&self, file: &str) -> bool {
        self.answer(&["ls-files", "--error-unmatch", "--", file]).is_some()
    }

    /// The nearest tag at or before what is checked out, as `git describe` finds it among those that one of the globs
    /// `wanted` matches and none of `unwanted`.
    pub fn nearest_tag(&self, wanted: &[String], unwanted: &[String]) -> Option<NearestTag> {
        // the first that is found spares the walk to others, but where one lies beside it
        let (tag, distance) = self.described("--candidates=1", wanted, unwanted)?;
        if distance == 0 {
            return Some(NearestTag {
                beside: self.listed_tags(["--points-at=HEAD"].into_iter()),
                tag,
                distance,
            });
        }
        let (beside, is_any_since) = self.tags_since(&tag)?;
        if !is_any_since {
            return Some(NearestTag { tag, distance, beside });
        }
        let (tag, distance) = self.described("--candidates=10", wanted, unwanted)?;
        let (beside, _) = self.tags_since(&tag)?;
        Some(NearestTag { tag, distance, beside })
    }

    /// What `git describe` says: the tag, and the number of commits that are not in it.
    fn described(&self, candidates: &str, wanted: &[String], unwanted: &[String]) -> Option<(String, u64)> {
        let mut words = vec!["describe".to_owned(), "--tags".to_owned(), "--long".to_owned()];
        words.push(candidates.to_owned());
        words.extend(wanted.iter().map(|glob| format!("--match={glob}")));
        words.extend(unwanted.iter().map(|glob| format!("--exclude={glob}")));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let told = self.answer(&words)?;
        let (rest, _) = told.trim_end().rsplit_once('-')?;
        let (tag, distance) = rest.rsplit_once('-')?;
        Some((tag.to_owned(), distance.parse().ok()?))
    }

    /// The tags that git lists with these words.
    fn listed_tags<'w>(&self, words: impl Iterator<Item = &'w str>) -> Vec<String> {
        let words: Vec<&str> = ["tag", "--list", "--no-column"].into_iter().chain(words).collect();
        let tags = self.answer(&words);
        tags.iter().flat_map(|tags| tags.lines()).map(str::to_owned).collect()
    }

    /// The tags on the commit of a tag, and whether there are any on those after it.
    fn tags_since(&self, tag: &str) -> Option<(Vec<String>, bool)> {
        let since = format!("refs/tags/{tag}..HEAD");
        let options = ["--boundary", "--simplify-by-decoration", "--format=%m%D"];
        let told = self.answer(&[&["rev-list"], &options[..], &[&since]].concat())?;
        let tags = |line: &str| -> Vec<String> {
            line.split(", ").filter_map(|name| name.strip_prefix("tag: ")).map(str::to_owned).collect()
        };
        let mut beside = Vec::new();
        let mut is_any = false;
        for line in told.lines() {
            if let Some(line) = line.strip_prefix('-') {
                let tags = tags(line);
                beside = if tags.iter().any(|other| other == tag) { tags } else { beside };
            } else if let Some(line) = line.strip_prefix('>') {
                is_any = is_any || !tags(line).is_empty();
            }
        }
        Some((beside, is_any))
    }

    /// The tags that one of the globs matches.
    pub fn tags_like(&self, globs: &[String]) -> Vec<String> {
        self.listed_tags(globs.iter().map(String::as_str))
    }

    /// Whether each commit since the tag has one parent.
    pub fn is_linear_since(&self, tag: &str) -> bool {
        let since = format!("refs/tags/{tag}..HEAD");
        let merges = self.answer(&["rev-list", "--max-count=1", "--min-parents=2", &since]);
        merges.is_some_and(|merges| merges.is_empty())
    }

    /// The files of the whole repository that it knows and that are not as they were committed, but for those that only a
    /// filter which we keep from running could tell of.
    pub fn changed(&self) -> Vec<String> {
        let told = self.answer(&[
            "status",
            "--porcelain",
            "-z",
            "--untracked-files=no",
            "--ignore-submodules=dirty",
        ]);
        let told = told.unwrap_or_default();
        // a moved file is followed by the name that it had, which nothing stands before
        let lines = told.split('\0').filter(|line| line.as_bytes().get(2) == Some(&b' '));
        let mut changed: Vec<String> = lines.map(|line| line[3..].to_owned()).collect();
        if !self.emptied.is_empty() && !changed.is_empty() {
            let filtered = self.filtered(&changed);
            changed.retain(|path| !filtered.contains(path));
        }
        changed
    }

    /// Which of the repository's files a filter makes to what is committed.
    fn filtered(&self, paths: &[String]) -> Vec<String> {
        let up = self.answer(&["rev-parse", "--show-cdup"]).unwrap_or_default();
        let paths: Vec<String> = paths.iter().map(|path| format!("{}{path}", up.trim_end())).collect();
        let words = ["check-attr", "-z", "filter", "--"].into_iter().chain(paths.iter().map(String::as_str));
        let told = self.answer(&words.collect::<Vec<_>>()).unwrap_or_default();
        let words: Vec<&str> = told.split('\0').collect();
        let set = words.chunks_exact(3).filter(|word| !matches!(word[2], "unspecified" | "unset"));
        set.map(|word| word[0].strip_prefix(up.trim_end()).unwrap_or(word[0]).to_owned()).collect()
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
