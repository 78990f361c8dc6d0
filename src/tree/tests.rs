//! Trees as they really lie on a disk.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;

use tempfile::TempDir;

use super::*;

/// A project with empty files at `files` and links `(place, target)`, walked over `areas`.
fn tree(files: &[&str], links: &[(&str, &str)], areas: &[&str]) -> (TempDir, SourceTree) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lay(folder.path(), files, links);
    let tree = walked(folder.path(), areas);
    (folder, tree)
}

fn lay(root: &Path, files: &[&str], links: &[(&str, &str)]) {
    let made = |path: &str| {
        let place = root.join(path);
        fs::create_dir_all(place.parent().expect("a folder")).expect("a folder is made");
        place
    };
    for path in files {
        fs::write(made(path), "").expect("a file is written");
    }
    for (path, target) in links {
        symlink(target, made(path)).expect("a link is made");
    }
}

fn walked(root: &Path, areas: &[&str]) -> SourceTree {
    let areas: Vec<_> = areas.iter().map(|area| RelPath::new(*area)).collect();
    walk(root, &areas).expect("the tree can be walked")
}

fn files(tree: &SourceTree) -> Vec<&str> {
    tree.files().iter().map(|file| file.path.as_str()).collect()
}

/// The faults, each as its path and the beginning of its kind.
fn faults(tree: &SourceTree) -> Vec<String> {
    let word = |kind: &TreeFaultKind| match kind {
        TreeFaultKind::LinkLeaves { .. } => "leaves",
        TreeFaultKind::LinkBroken { .. } => "broken",
        TreeFaultKind::LinkLoop { .. } => "loop",
        TreeFaultKind::Special { kind } => kind,
        TreeFaultKind::NotUtf8 { .. } => "not UTF-8",
        TreeFaultKind::Unreadable { .. } => "unreadable",
    };
    tree.faults().iter().map(|fault| format!("{} {}", fault.path, word(&fault.kind))).collect()
}

#[test]
fn looks_two_storeys_down_and_below_the_areas() {
    let paths = ["a", "b/c", "b/d/e", "src/x/y/z", "src-old/y/z"];
    let (_folder, tree) = tree(&paths, &[], &["src", "gone", "b/gone/x"]);
    assert_eq!(files(&tree), ["a", "b/c", "src/x/y/z"]);
    assert_eq!(tree.below(&RelPath::new("src")).len(), 1);
    let folders: Vec<_> = tree.folders().map(RelPath::as_str).collect();
    assert_eq!(folders, ["b", "b/d", "src", "src-old", "src-old/y", "src/x", "src/x/y"]);
}

#[test]
fn walks_the_whole_project_when_asked() {
    let (_folder, tree) = tree(&["a/b/c/d", "pyvenv.cfg", "__init__.py"], &[], &[""]);
    assert_eq!(files(&tree), ["__init__.py", "a/b/c/d", "pyvenv.cfg"]);
    assert!(!tree.has_folder(&RelPath::root()));
}

#[test]
fn lists_each_file_once() {
    let (_folder, tree) = tree(&["src/a/b/c"], &[], &["src", "src/a", "src/a/b/c", "src/a/b"]);
    assert_eq!(files(&tree), ["src/a/b/c"]);
}

#[test]
fn passes_over_junk_unless_it_is_named() {
    let paths = [
        "src/.venv/x",
        "src/a/__pycache__/x.pyc",
        "src/a/env/pyvenv.cfg",
        "src/a/env/lib/x.py",
        "src/.git/x",
        "src/.git/y",
    ];
    let (_folder, tree) = tree(&paths, &[], &["src", "src/.git/x"]);
    assert_eq!(files(&tree), ["src/.git/x"]);
    let junk: Vec<_> = tree.junk().iter().map(|(path, kind)| (path.as_str(), *kind)).collect();
    assert_eq!(
        junk,
        [
            ("src/.git", Junk::Leftover),
            ("src/.venv", Junk::Leftover),
            ("src/a/__pycache__", Junk::Cache),
            ("src/a/env", Junk::Leftover),
        ]
    );
}

#[test]
fn follows_links_that_stay() {
    let links = [("src/a/one", "../../data/x"), ("src/a/all", "../../data"), ("src/a/abs", "all/x")];
    let (_folder, tree) = tree(&["data/x", "data/y/z", "src/a/b"], &links, &["src"]);
    let below: Vec<_> = tree.below(&RelPath::new("src")).iter().map(|file| file.path.as_str()).collect();
    assert_eq!(below, ["src/a/abs", "src/a/all/x", "src/a/all/y/z", "src/a/b", "src/a/one"]);
    assert_eq!(faults(&tree), Vec::<String>::new());
}

#[test]
fn refuses_links_that_leave() {
    let outside = tempfile::tempdir().expect("a temporary folder");
    fs::write(outside.path().join("x"), "").expect("a file is written");
    let target = outside.path().to_str().expect("UTF-8");
    let links =
        [("src/dir", target), ("src/up", "../../.."), ("src/hop", "dir/x"), ("src/etc", "/etc/hostname")];
    let (_folder, tree) = tree(&["src/a"], &links, &["src", "src/dir/x", "src/up/etc"]);
    assert_eq!(files(&tree), ["src/a"]);
    assert_eq!(faults(&tree), ["src/dir leaves", "src/etc leaves", "src/hop leaves", "src/up leaves"]);
}

#[test]
fn refuses_a_way_that_leaves() {
    let (_folder, tree) = tree(&["a"], &[("link", "/usr")], &["link/share", "link/bin/env"]);
    assert_eq!(files(&tree), ["a"]);
    assert_eq!(faults(&tree), ["link leaves"]);
}

#[test]
fn refuses_links_that_lead_nowhere_or_round() {
    let links = [
        ("src/gone", "nothing"),
        ("src/self", "self"),
        ("src/a/up", ".."),
        ("src/a/root", "../.."),
        ("src/b/to_c", "../c"),
        ("src/c/to_b", "../b"),
    ];
    let (_folder, tree) = tree(&["src/a/x", "src/b/x", "src/c/x"], &links, &["src"]);
    assert_eq!(files(&tree), ["src/a/x", "src/b/to_c/x", "src/b/x", "src/c/to_b/x", "src/c/x"],);
    let expected = [
        "src/a/root loop", "src/a/up loop", "src/b/to_c/to_b loop", "src/c/to_b/to_c loop",
        "src/gone broken", "src/self broken",
    ];
    assert_eq!(faults(&tree), expected);
}

#[test]
fn does_not_multiply_for_ever() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let names: Vec<_> = (0..40).map(|storey| format!("src/{storey}")).collect();
    for (storey, name) in names.iter().enumerate() {
        let next = format!("../{}", storey + 1);
        lay(
            folder.path(),
            &[&format!("{name}/x")],
            &[(&format!("{name}/l"), &next), (&format!("{name}/r"), &next)],
        );
    }
    let tree = walked(folder.path(), &["src"]);
    assert!(tree.faults().iter().any(|fault| matches!(fault.kind, TreeFaultKind::LinkLoop { .. })));
}

#[test]
fn knows_what_a_link_hides() {
    let links = [("src/config.txt", "../.env"), ("src/repo", "../.git"), ("src/venv", "../env")];
    let (_folder, tree) = tree(&[".env", ".git/config", "env/pyvenv.cfg", "env/x.py"], &links, &["src"]);
    let below = tree.below(&RelPath::new("src"));
    assert_eq!(below.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["src/config.txt"]);
    assert_eq!(tree.real_name(&below[0]), ".env");
    assert_eq!(tree.junk().len(), 2);
}

#[test]
fn opens_nothing_that_is_no_file() {
    let (folder, _) = tree(&["src/a"], &[], &[]);
    let fifo = folder.path().join("src/fifo");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo runs");
    assert!(made.success());
    let _listener = UnixListener::bind(folder.path().join("src/socket")).expect("a socket");
    symlink("/dev/null", folder.path().join("src/null")).expect("a link is made");
    symlink("fifo", folder.path().join("src/link")).expect("a link is made");
    let tree = walked(folder.path(), &["src"]);
    assert_eq!(files(&tree), ["src/a"]);
    assert_eq!(faults(&tree), ["src/fifo FIFO", "src/link FIFO", "src/null leaves", "src/socket socket"]);
}

#[test]
fn keeps_odd_names_as_they_are() {
    let odd = ["src/a\\b", "src/new\nline", "src/q\"x", "src/tab\t", "src/ü", "src/u\u{308}", "src/天気 "];
    let (folder, _) = tree(&odd, &[], &[]);
    fs::write(folder.path().join("src").join(OsStr::from_bytes(b"\xff.py")), "").expect("a file is written");
    let tree = walked(folder.path(), &["src"]);
    let mut odd = odd.to_vec();
    odd.sort_unstable();
    assert_eq!(files(&tree), odd);
    assert_eq!(faults(&tree), ["src not UTF-8"]);
}

#[test]
fn sees_the_case_that_is_there() {
    let (_folder, tree) = tree(&["src/Weather/x"], &[], &["src/weather", "SRC"]);
    assert_eq!(files(&tree), Vec::<&str>::new());
    assert!(tree.has_folder(&RelPath::new("src/Weather")) && !tree.has_folder(&RelPath::new("src/weather")));
}

#[test]
fn takes_a_closed_folder_for_a_fault() {
    let (folder, _) = tree(&["src/closed/x", "src/a"], &[], &[]);
    let closed = folder.path().join("src/closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("a mode is set");
    // the superuser may list any folder
    let closed_to_us = fs::read_dir(&closed).is_err();
    let tree = walked(folder.path(), &["src"]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).expect("a mode is set");
    if closed_to_us {
        assert_eq!((files(&tree), faults(&tree)), (vec!["src/a"], vec!["src/closed unreadable".to_owned()]));
    }
}

#[test]
fn tells_what_may_be_executed() {
    let (folder, _) = tree(&["src/a", "src/b"], &[("src/c", "b")], &[]);
    fs::set_permissions(folder.path().join("src/b"), fs::Permissions::from_mode(0o4755))
        .expect("a mode is set");
    let executable: Vec<_> =
        walked(folder.path(), &["src"]).files().iter().map(|file| file.executable).collect();
    assert_eq!(executable, [false, true, true]);
}

#[test]
fn descends_as_deep_as_paths_go() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut path = folder.path().join("src");
    for _ in 0..1900 {
        path.push("d");
    }
    fs::create_dir_all(&path).expect("a deep folder is made");
    assert_eq!(walked(folder.path(), &["src"]).folders().count(), 1901);
}

#[test]
fn walks_ten_thousand_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for index in 0..100 {
        let inner = folder.path().join(format!("src/{index}"));
        fs::create_dir_all(&inner).expect("a folder is made");
        for file in 0..100 {
            fs::write(inner.join(format!("{file}.json")), "").expect("a file is written");
        }
    }
    assert_eq!(walked(folder.path(), &["src"]).files().len(), 10_000);
}
