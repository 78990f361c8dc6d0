//! The version that git's tags make, in repositories of real git.
//!
//! A case is what a packager does, step by step, and the version that a build has then, or how the refusal begins.
//! Where setuptools-scm has a version it is the same without its local part, but where a heading says otherwise.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mcp_backend::analysis::Analysis;
use mcp_backend::check::{self, Strictness};

use crate::healthy::{self, Files};

/// A project whose version is that of its tags, called `my-demo`.
fn files(settings: &str) -> Files {
    let mut files = healthy::files();
    let text = &files["pyproject.toml"];
    let dynamic = text
        .replace("name = \"weather\"\nversion = \"1.0.0\"", "name = \"my-demo\"\ndynamic = [\"version\"]");
    let module = "module-name = \"weather\"\nversion = \"git\"\n";
    let keys =
        "[tool.uv]\ncache-keys = [{ file = \"pyproject.toml\" }, { git = { commit = true, tags = true } }]\n";
    let text = format!("{dynamic}\n[tool.mcp-backend]\n{module}{settings}\n{keys}");
    files.insert("pyproject.toml".to_owned(), text);
    files.insert("src/weather/__init__.py".to_owned(), "\"\"\"Tells the weather.\"\"\"\n".to_owned());
    files
}

/// A repository that grows step by step.
struct Repository {
    folder: tempfile::TempDir,
    /// Where the project lies.
    root: PathBuf,
    commits: u32,
}

impl Repository {
    /// A repository with the project in a folder of it.
    fn with_project_in(place: &str, settings: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("repository").join(place);
        fs::create_dir_all(&root).expect("made");
        healthy::lay(&root, &files(settings));
        let this = Self { root, folder, commits: 0 };
        this.git("init --quiet --initial-branch=main");
        this
    }

    fn git(&self, words: &str) {
        let mut git = Command::new("git");
        git.current_dir(self.folder.path().join("repository"));
        for (key, value) in [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")] {
            git.env(key, value);
        }
        git.args([
            "-c",
            "user.name=Ada",
            "-c",
            "user.email=ada@example.org",
            "-c",
            "protocol.file.allow=always",
        ]);
        let output = git.args(words.split(' ')).output().expect("git is there");
        assert!(output.status.success(), "git {words}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Does one step.
    fn step(&mut self, step: &str) {
        let (verb, rest) = step.split_once(' ').unwrap_or((step, ""));
        match verb {
            "commit" => {
                self.git("add --all");
                // two of one second would be one and the same
                self.commits += 1;
                self.git(&format!("commit --quiet --allow-empty --message={}", self.commits));
            }
            "tag" => self.git(&format!("tag {rest}")),
            "annotate" => self.git(&format!("tag --annotate --message=x {rest}")),
            "change" => fs::write(self.root.join("README.md"), "# changed\n").expect("written"),
            "add" => fs::write(self.root.join("more.txt"), "more\n").expect("written"),
            "stage" => self.git("add --all"),
            "git" => self.git(rest),
            "merge" => self.git(&format!("merge --quiet --no-ff --message=x {rest}")),
            "remove" => fs::remove_dir_all(self.folder.path().join("repository").join(rest)).expect("gone"),
            "write" => {
                let (path, text) = rest.split_once(' ').expect("a path and a text");
                fs::write(self.root.join(path), text.replace("\\n", "\n")).expect("written");
            }
            "clone" => self.other(&format!("clone --quiet {rest} file://{}", self.url()), "clone"),
            "worktree" => self.other("worktree add --quiet --detach", "worktree"),
            "archive" => {
                self.git("archive --output=../a.tar HEAD");
                fs::create_dir(self.folder.path().join("archive")).expect("made");
                let mut tar = Command::new("tar");
                tar.args(["-xf", "a.tar", "-C", "archive"]).current_dir(self.folder.path());
                assert!(tar.status().expect("tar is there").success());
                self.move_to("archive");
            }
            _ => panic!("no step is called `{step}`"),
        }
    }

    fn url(&self) -> String {
        self.folder.path().join("repository").display().to_string()
    }

    /// Goes on in another folder, which a command of git's makes.
    fn other(&mut self, command: &str, name: &str) {
        let place = self.folder.path().join(name);
        self.git(&format!("{command} {}", place.display()));
        self.move_to(name);
    }

    fn move_to(&mut self, name: &str) {
        let within = self.root.strip_prefix(self.folder.path().join("repository")).expect("it lies there");
        self.root = self.folder.path().join(name).join(within);
    }

    /// The version of a build, or why there is none.
    fn told(&self) -> String {
        let analysis = Analysis::for_a_build(&self.root).expect("it can be read");
        if let Some(version) = &analysis.metadata.version {
            return version.to_string();
        }
        let report = check::run(&analysis.subject(), Strictness::Structural, &check::Selection::default());
        assert!(report.refused(), "nothing is built without a version");
        report.diagnostics().iter().map(|finding| finding.message.clone()).collect::<Vec<_>>().join("\n")
    }
}

fn hold(place: &str, settings: &str, cases: &[(&str, &str)]) {
    for (steps, expected) in cases {
        let mut repository = Repository::with_project_in(place, settings);
        for step in steps.split(", ") {
            repository.step(step);
        }
        let told = repository.told();
        let found = told.strip_prefix("the version comes from git's tags, but ").unwrap_or(&told);
        let holds = if expected.starts_with(|c: char| c.is_ascii_digit()) {
            found == *expected
        } else {
            found.starts_with(expected)
        };
        assert!(holds, "{steps}: {found}, and not {expected}");
    }
}

#[test]
fn the_version_is_what_setuptools_scm_computes_without_its_local_part() {
    hold(
        "",
        "",
        &[
            ("commit, tag v1.2.3", "1.2.3"),
            ("commit, annotate v1.2.3", "1.2.3"),
            ("commit, tag v1.2.3, commit, commit", "1.2.4.dev2"),
            ("commit, tag v1.2.3, change", "1.2.4.dev0"),
            ("commit, tag v1.2.3, change, stage", "1.2.4.dev0"),
            ("commit, tag v1.2.3, add", "1.2.3"),
            ("commit, tag v1.2.3, commit, commit, change", "1.2.4.dev2"),
            ("commit, tag v1.2.3rc1", "1.2.3rc1"),
            ("commit, tag v1.2.3-rc.1", "1.2.3rc1"),
            ("commit, tag v1.2.3rc1, commit, commit", "1.2.3rc2.dev2"),
            ("commit, tag v1.2.3rc1, change", "1.2.3rc2.dev0"),
            ("commit, tag v1.2.3.post1, commit, commit", "1.2.3.post2.dev2"),
            ("commit, tag v1.2", "1.2"),
            ("commit, tag v1.2, commit, commit", "1.3.dev2"),
            ("commit, tag 1.2.3", "1.2.3"),
            ("commit, tag my-demo-v1.2.3", "1.2.3"),
            ("commit, tag my-demo-v1.2.3, commit", "1.2.4.dev1"),
            ("commit, tag v1.2.3, commit, tag latest", "1.2.4.dev1"),
            ("commit, tag v1.2.3rc1, tag v1.2.3", "1.2.3"),
            ("commit, tag v1.2.3.dev0, commit, commit", "1.2.3.dev2"),
            ("commit, tag v1.2.3, clone --depth=1 --branch=v1.2.3", "1.2.3"),
            (
                "write .git_archival.txt node: $Format:%H$\\ndescribe-name: $Format:%(describe:tags=true,match=*[0-9]*)$\\n, \
             write .gitattributes .git_archival.txt export-subst\\n, commit, tag v1.2.3, archive",
                "1.2.3",
            ),
            (
                "write .git_archival.txt node: $Format:%H$\\ndescribe-name: $Format:%(describe:tags=true,match=*[0-9]*)$\\n, \
             write .gitattributes .git_archival.txt export-subst\\n, commit, tag v1.2.3, commit, commit, archive",
                "1.2.4.dev2",
            ),
        ],
    );
}

#[test]
fn no_version_is_made_up() {
    const NO_TAG: &str = "no tag before this commit names a version";
    const SHALLOW: &str = "this clone is shallow";
    hold(
        "",
        "",
        &[
            ("commit, commit, commit", NO_TAG),
            ("git status", NO_TAG),
            ("commit, tag latest", NO_TAG),
            (
                "commit, tag release-1.2.3",
                "no tag before this commit names a version of the project: `release-1.2.3` does not",
            ),
            (
                "commit, tag other-v9.0.0",
                "no tag before this commit names a version of the project: `other-v9.0.0`",
            ),
            ("commit, git checkout --quiet -b side, commit, tag v1.2.3, git checkout --quiet main", NO_TAG),
            ("commit, tag v1.2.3, commit, clone --depth=1", SHALLOW),
            ("commit, tag v1.2.3, commit, clone --no-tags", NO_TAG),
            ("commit, tag v1.2.3.dev5, commit", "no version follows the tag `v1.2.3.dev5`"),
            ("remove .git", "the project is in no git repository"),
            (
                "write .git_archival.txt node: $Format:%H$\\n, write .gitattributes .git_archival.txt export-subst\\n, commit, archive",
                "`.git_archival.txt` names no tag",
            ),
            (
                "write .git_archival.txt node: $Format:%H$\\n, commit, archive",
                "the project is in no git repository",
            ),
        ],
    );
}

#[test]
fn the_highest_tag_of_the_nearest_commit_counts() {
    hold(
        "",
        "",
        &[
            // other than setuptools-scm
            ("commit, tag v1.2.3, tag v1.3.0", "1.3.0"),
            ("commit, annotate v1.2.3, tag v1.3.0", "1.3.0"),
            ("commit, tag v1.2.3, tag v1, tag v1.2", "1.2.3"),
            ("commit, tag v1.2.0, tag v1.2, commit", "1.2.1.dev1"),
            ("commit, tag v1.2.3, commit, tag other-v9.0.0", "1.2.4.dev1"),
            ("commit, tag v1.2.3+build.5", "1.2.3"),
            // what only looks like a version
            ("commit, tag v1.2.3, commit, tag v1-nightly, tag 2024-notes", "1.2.4.dev1"),
            ("commit, tag v1.2.3, commit, tag v1-x, commit, tag v1-y", "1.2.4.dev2"),
            // the nearest, not the highest of all
            ("commit, tag v2.0.0, git checkout --quiet -b old, commit, tag v1.9.9, commit", "1.9.10.dev1"),
        ],
    );
}

#[test]
fn every_kind_of_clone_tells_the_same() {
    hold(
        "",
        "",
        &[
            ("commit, tag v1.2.3, commit, git pack-refs --all", "1.2.4.dev1"),
            ("commit, annotate v1.2.3, commit, git gc --quiet", "1.2.4.dev1"),
            ("commit, tag v1.2.3, commit, git checkout --quiet --detach", "1.2.4.dev1"),
            ("commit, tag v1.2.3, commit, worktree", "1.2.4.dev1"),
            ("commit, tag v1.2.3, commit, clone --filter=blob:none", "1.2.4.dev1"),
            ("commit, tag v1.2.3, commit, commit, clone --depth=3", "1.2.4.dev2"),
            (
                "commit, tag v1.2.3, git checkout --quiet -b side, commit, commit, git checkout --quiet main, commit, merge side",
                "1.2.4.dev4",
            ),
            (
                "commit, git checkout --quiet -b side, commit, commit, git checkout --quiet main, commit, tag v1.2.3, merge side, \
             clone --depth=2",
                "this clone is shallow",
            ),
        ],
    );
}

#[test]
fn a_prefix_picks_the_tags() {
    hold(
        "",
        "tag-prefix = \"release/\"\n",
        &[
            ("commit, tag release/1.2.3, commit, tag v9.0.0", "1.2.4.dev1"),
            ("commit, tag release/v1.2.3", "1.2.3"),
            ("commit, tag v9.0.0", "no tag before this commit names a version of the project: `v9.0.0`"),
        ],
    );
    hold("", "tag-prefix = \"[a]*\"\n", &[("commit, tag v1.2.3", "no tag before this commit")]);
}

#[test]
fn a_member_has_the_tags_of_its_name() {
    hold(
        "servers/demo",
        "",
        &[
            ("commit, tag v1.2.3, commit", "1.2.4.dev1"),
            ("commit, tag my-demo-v1.2.3, commit, tag v9.0.0", "1.2.4.dev1"),
            ("commit, tag my_demo-v1.2.3, commit, tag other-v9.0.0", "1.2.4.dev1"),
            (
                "commit, tag v1.2.3, git checkout --quiet -b side, commit, tag my-demo-v1.3.0, git checkout --quiet main",
                "no tag",
            ),
            // what somebody unpacked in a repository is not of it
            (
                "git commit --quiet --allow-empty --message=x, tag v1.2.3",
                "the project is in no git repository",
            ),
        ],
    );
}

#[test]
fn an_unpacked_sdist_keeps_its_version() {
    const INFO: &str = "write PKG-INFO Metadata-Version: 2.4\\nName: my_demo\\nVersion: 4.5.6\\n";
    hold(
        "",
        "",
        &[
            (&format!("{INFO}, remove .git"), "4.5.6"),
            // a repository knows better
            (&format!("{INFO}, commit, tag v1.2.3"), "1.2.3"),
        ],
    );
    hold("unpacked", "", &[(&format!("{INFO}, commit, tag v1.2.3"), "4.5.6")]);
    hold("unpacked", "", &[("write PKG-INFO Name: other\\nVersion: 4.5.6\\n, commit, tag v1.2.3", "1.2.3")]);
}

/// The findings of a look, those on the version alone.
fn checked(root: &Path) -> Vec<String> {
    let analysis = Analysis::read(root).expect("it can be read");
    let report = check::run(&analysis.subject(), Strictness::Full, &check::Selection::default());
    let lines = healthy::lines(&report).into_iter();
    lines.filter(|line| line.contains("[VER") || line.contains("error")).collect()
}

#[test]
fn a_check_goes_on_where_there_is_no_repository() {
    let mut repository = Repository::with_project_in("", "");
    repository.step("remove .git");
    let found = checked(&repository.root);
    assert!(matches!(&found[..], [only] if only.contains("warning[VER007]")), "{found:?}");
}

#[test]
fn changed_files_are_told() {
    let mut repository = Repository::with_project_in("", "");
    for step in ["commit", "tag v1.2.3"] {
        repository.step(step);
    }
    assert_eq!(checked(&repository.root), [""; 0]);
    repository.step("change");
    let found = checked(&repository.root);
    let told = "version `1.2.4.dev0` tells of a commit, but `README.md` is not as committed";
    assert!(matches!(&found[..], [only] if only.contains(told)), "{found:?}");
}

#[test]
fn what_only_a_filter_could_tell_is_no_change() {
    hold(
        "",
        "",
        &[
            (
                "write .gitattributes *.txt filter=own\\n, write a.txt one\\n, \
             commit, tag v1.2.3, git config filter.own.clean cat, write a.txt two\\n",
                "1.2.3",
            ),
            (
                "write .gitattributes *.txt filter=own\\n, commit, tag v1.2.3, git config filter.own.clean cat, change",
                "1.2.4.dev0",
            ),
        ],
    );
}

#[test]
fn sdist_and_wheel_carry_it() {
    let mut repository = Repository::with_project_in("", "build-info = true\n");
    for step in ["commit", "tag v1.2.3", "commit"] {
        repository.step(step);
    }
    let analysis = Analysis::for_a_build(&repository.root).expect("it can be read");
    assert_eq!(analysis.sdist.file_name, "my_demo-1.2.4.dev1.tar.gz");
    assert_eq!(analysis.wheel.file_name, "my_demo-1.2.4.dev1-py3-none-any.whl");
    let publication = analysis.publication();
    assert_eq!(publication.version.to_string(), "1.2.4.dev1");
}
