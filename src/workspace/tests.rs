use std::fs;

use super::*;

/// Lays files, and folders where a path ends with `/`.
fn laid(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let place = folder.path().join(path);
        fs::create_dir_all(if path.ends_with('/') { &place } else { place.parent().expect("a folder") })
            .expect("made");
        if !path.ends_with('/') {
            fs::write(place, text).expect("written");
        }
    }
    folder
}

/// The members and the faults of the workspace around a folder, in words.
fn around(files: &[(&str, &str)], start: &str) -> (Vec<String>, Vec<String>) {
    let folder = laid(files);
    let found = Workspace::around(&folder.path().join(start)).expect("it is there");
    let root = fs::canonicalize(folder.path()).expect("it is there");
    let name = |path: &PathBuf| path.strip_prefix(&root).expect("below").to_string_lossy().replace('\\', "/");
    (found.members.iter().map(name).collect(), found.faults.iter().map(ToString::to_string).collect())
}

fn members(files: &[(&str, &str)], start: &str) -> Vec<String> {
    let (members, faults) = around(files, start);
    assert_eq!(faults, Vec::<String>::new(), "{files:?}");
    members
}

const A: (&str, &str) = ("p/a/pyproject.toml", "[project]\nname = 'a'\n");
const B: (&str, &str) = ("p/b/pyproject.toml", "[project]\nname = 'b'\n");
const STARS: &str = "[tool.uv.workspace]\nmembers = ['p/*']\n";

fn root(text: &'static str) -> (&'static str, &'static str) {
    ("pyproject.toml", text)
}

#[test]
fn globs_are_those_of_uv() {
    let both = ["p/a", "p/b"];
    for (text, expected) in [
        (STARS, &both[..]),
        ("[tool.uv.workspace]\nmembers = ['p/**']\n", &both),
        ("[tool.uv.workspace]\nmembers = ['./p/a/', 'p/[b]']\n", &both),
        ("[tool.uv.workspace]\nmembers = ['p/a', 'p/*']\nexclude = ['p/b']\n", &["p/a"]),
        ("[tool.uv.workspace]\nmembers = ['p/*']\nexclude = ['p/?']\n", &[]),
        // what is excluded is the folder itself, not what lies in it
        ("[tool.uv.workspace]\nmembers = ['p/*']\nexclude = ['p']\n", &both),
        ("[tool.uv.workspace]\nmembers = []\n", &[]),
        // braces are no pattern of uv's, and name a folder
        (
            "[project]\nname = 'r'\n[build-system]\n[tool.uv.workspace]\nmembers = ['p/*']\n",
            &["", "p/a", "p/b"],
        ),
        // it is only there for what its members share
        ("[project]\nname = 'r'\n[tool.uv.workspace]\nmembers = ['p/*']\n", &both),
    ] {
        assert_eq!(members(&[root(text), A, B], ""), expected, "{text}");
    }
}

#[test]
fn files_and_hidden_folders_and_what_uv_does_not_manage_are_no_members() {
    let files = [root(STARS), A, ("p/readme.md", ""), ("p/.cache/", "")];
    assert_eq!(members(&files, ""), ["p/a"]);
    let unmanaged = ("p/b/pyproject.toml", "[project]\nname = 'b'\n[tool.uv]\nmanaged = false\n");
    assert_eq!(members(&[root(STARS), A, unmanaged], ""), ["p/a"]);
    let virtual_ = ("p/b/pyproject.toml", "[project]\nname = 'b'\n[tool.uv]\npackage = false\n");
    assert_eq!(members(&[root(STARS), A, virtual_], ""), ["p/a"]);
    assert_eq!(members(&[root(STARS), ("p/.a/pyproject.toml", A.1)], ""), ["p/.a"]);
}

#[test]
fn what_is_wrong_with_one_leaves_the_others() {
    for (other, fault) in [
        (("p/b/x.py", ""), "`p/b` matches `p/*` and holds no `pyproject.toml`"),
        (("p/b/pyproject.toml", "[tool.x]\n"), "the `pyproject.toml` of `p/b` has no `[project]` table"),
        (
            ("p/b/pyproject.toml", "[project]\nname = 'b'\n[tool.uv.workspace]\n"),
            "the member `p/b` is a workspace of its own, and uv nests none",
        ),
    ] {
        assert_eq!(
            around(&[root(STARS), A, other], ""),
            (vec!["p/a".to_owned()], vec![fault.to_owned()]),
            "{other:?}"
        );
    }
    let same = ("p/b/pyproject.toml", "[project]\nname = 'A'\n");
    let (found, faults) = around(&[root(STARS), A, same], "");
    assert_eq!((found.len(), faults), (2, vec!["`p/a` and `p/b` are both called `a`".to_owned()]));
    let text = "[tool.uv.workspace]\nmembers = ['no/*', 'p/a[', 'p/a']\n";
    let (found, faults) = around(&[root(text), A], "");
    assert_eq!(found, ["p/a"]);
    assert_eq!(faults[0], "`no/*` matches nothing");
    assert!(faults[1].starts_with("`p/a[` is no pattern: "), "{faults:?}");
    // what is no TOML is a project, whose rules say what is wrong
    let broken = ("p/b/pyproject.toml", "x = [");
    assert_eq!(members(&[root(STARS), A, broken], ""), ["p/a", "p/b"]);
}

#[test]
fn a_workspace_is_found_from_inside() {
    let inside = ("p/a/src/a/x.py", "");
    assert_eq!(members(&[root(STARS), A, B, inside], "p/a/src/a"), ["p/a", "p/b"]);
    assert_eq!(members(&[root(STARS), A, B, inside], "p"), ["p/a", "p/b"]);
    let without_b = root("[tool.uv.workspace]\nmembers = ['p/*']\nexclude = ['p/b']\n");
    assert_eq!(members(&[without_b, A, B], "p/b"), ["p/b"], "it is no member");
    let among = ("p/a/examples/x/pyproject.toml", "[project]\nname = 'x'\n");
    assert_eq!(members(&[root(STARS), A, among], "p/a/examples/x"), ["p/a/examples/x"]);
}

#[test]
fn a_plain_folder_holds_the_projects_below_it() {
    let plain = [
        A,
        B,
        ("pyproject.toml", "[project]\nname = 'r'\n"),
        ("old/setup.py", ""),
        ("tools/setup.cfg", "[flake8]\n"),
        ("ruff/pyproject.toml", "[tool.ruff]\n"),
        ("p/a/tests/fixture/pyproject.toml", "[project]\nname = 'x'\n"),
        ("node_modules/x/pyproject.toml", "[project]\nname = 'x'\n"),
        ("env3/pyvenv.cfg", ""),
        ("env3/x/setup.py", ""),
        (".hidden/setup.py", ""),
        ("inner/pyproject.toml", "[tool.uv.workspace]\nmembers = ['m/*']\nexclude = ['m/y']\n"),
        ("inner/m/x/pyproject.toml", "[project]\nname = 'x'\n"),
        ("inner/m/y/pyproject.toml", "[project]\nname = 'y'\n"),
    ];
    assert_eq!(members(&plain, ""), ["", "inner/m/x", "old", "p/a", "p/b"]);
    assert_eq!(members(&plain[..3], "p"), ["p/a", "p/b"], "the folder that was named");
    assert_eq!(members(&[("x/y.py", "")], ""), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn a_project_is_taken_once_by_whatever_links_it_is_reached() {
    let folder = laid(&[root(STARS), A, ("out/pyproject.toml", "[project]\nname = 'out'\n")]);
    for (target, link) in [("a", "p/again"), ("../out", "p/out"), (".", "p/loop"), ("gone", "p/gone")] {
        std::os::unix::fs::symlink(target, folder.path().join(link)).expect("linked");
    }
    let found = Workspace::around(folder.path()).expect("it is there");
    let names: Vec<_> = found.members.iter().filter_map(|path| path.file_name()).collect();
    assert_eq!(names, ["a", "out"]);
}

#[test]
fn siblings_are_found_in_turn() {
    let files = [
        (
            "pyproject.toml",
            "[tool.uv.workspace]\nmembers = ['p/*']\n[tool.uv.sources]\nshared-lib = { path = 'lib' }\n",
        ),
        (
            "p/a/pyproject.toml",
            "[project]\nname = 'a'\ndependencies = ['b>=1', 'mcp', 'wheel; python_version > \"3\"']\n\
             [tool.uv.sources]\nB = { workspace = true }\nwheel = [{ path = '../../w.whl' }]\n\
             mcp = { git = 'https://example.org/mcp' }\n",
        ),
        (
            "p/b/pyproject.toml",
            "[project]\nname = 'b'\ndependencies = ['Shared_Lib', 'a']\n[tool.uv.sources]\na = { workspace = true }\n",
        ),
        ("lib/pyproject.toml", "[project]\nname = 'shared-lib'\n"),
        ("w.whl", ""),
    ];
    let folder = laid(&files);
    let found = siblings(&folder.path().join("p/a"));
    let name = |path: &PathBuf| path.file_name().expect("a name").to_string_lossy().into_owned();
    assert_eq!(found.projects.iter().map(name).collect::<Vec<_>>(), ["lib", "b"]);
    assert_eq!(found.archives.iter().map(name).collect::<Vec<_>>(), ["w.whl"]);
    assert_eq!(siblings(&folder.path().join("lib")), Siblings::default());
}
