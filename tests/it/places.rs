//! Where a project is looked for, where one begins, and how a script becomes one.

use std::fs;
use std::path::Path;

use mcp_backend::cli::{self, CommandOutput};
use mcp_backend::render::TerminalStyle;

use crate::healthy;

fn run(words: &[&str], folder: &Path) -> CommandOutput {
    let place = folder.to_str().expect("UTF-8");
    let (command, options) = words.split_first().expect("a command");
    let arguments: Vec<String> =
        [*command, place].iter().chain(options).map(|word| (*word).to_owned()).collect();
    cli::run(&arguments, TerminalStyle::default(), &|| false)
}

fn text(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap_or_else(|fault| panic!("{path}: {fault}"))
}

/// A folder of this name with files in it.
fn laid(name: &str, files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let place = folder.path().join(name).join(path);
        fs::create_dir_all(place.parent().expect("a folder")).expect("made");
        fs::write(place, text).expect("written");
    }
    fs::create_dir_all(folder.path().join(name)).expect("made");
    folder
}

#[test]
fn a_project_is_found_from_a_folder_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    healthy::lay(folder.path(), &healthy::files());
    let inside = folder.path().join("src/weather");
    // what only sets up tools is no project, and a repository of its own no border, as for uv
    fs::write(inside.join("pyproject.toml"), "[tool.ruff]\n").expect("written");
    let deep = inside.join("data/.git");
    fs::create_dir_all(&deep).expect("made");
    let found = run(&["tools"], &inside.join("data"));
    assert_eq!(found, run(&["tools"], folder.path()));
    assert!(found.stdout.contains("forecast"), "{}", found.stdout);
    // a wheel that was unpacked in it is itself
    let metadata = "Metadata-Version: 2.1\nName: other\nVersion: 1\n";
    let unpacked = folder.path().join("unpacked");
    fs::create_dir_all(unpacked.join("other-1.dist-info")).expect("made");
    fs::write(unpacked.join("other-1.dist-info/METADATA"), metadata).expect("written");
    assert_eq!(run(&["tools"], &unpacked).stdout, "no tools, prompts or resources\n");
}

#[test]
fn a_project_begins_among_the_files_of_a_clone() {
    let license = "Apache License\nVersion 2.0, January 2004\n";
    let kept =
        [("readme.rst", "Mine\n"), ("LICENSE.txt", license), (".gitignore", "*.log\n"), (".git/HEAD", "")];
    let folder = laid("my-clone", &kept);
    let root = folder.path().join("my-clone");
    let done = run(&["init", "--github", "ada"], &root);
    assert_eq!(done.status, 0, "{}", done.stderr);
    for (path, before) in kept {
        assert_eq!(text(&root, path), before, "{path}");
    }
    assert!(!root.join("README.md").exists() && !root.join("LICENSE").exists());
    let project = text(&root, "pyproject.toml");
    for line in ["readme = \"readme.rst\"", "license = \"Apache-2.0\"", "license-files = [\"LICENSE.txt\"]"] {
        assert!(project.contains(line), "{line}: {project}");
    }
    assert!(
        done.stdout.contains("put `<!-- mcp-name: io.github.ada/my-clone -->` into `readme.rst`"),
        "{}",
        done.stdout
    );
    let check = run(&["check", "--format", "concise"], &root);
    let rest: Vec<&str> = check.stdout.lines().filter(|line| !line.contains("mcp-name")).collect();
    assert_eq!(rest, Vec::<&str>::new(), "all else is as `new` makes it");
}

#[test]
fn what_stands_in_the_way_is_named() {
    for (path, told) in [
        (
            "pyproject.toml",
            "`pyproject.toml` stands in the way, and nothing was written; `mcp-backend migrate`",
        ),
        ("tests/test_server.py", "`tests/test_server.py` stands in the way"),
        ("src/other/__init__.py", "`src/other/__init__.py` stands in the way"),
        (".github/workflows/release.yml", "`.github/workflows/release.yml` stands in the way"),
    ] {
        let folder = laid("clone", &[(path, "# mine\n")]);
        let root = folder.path().join("clone");
        let done = run(&["init"], &root);
        assert_eq!(done.status, 2);
        assert!(done.stderr.contains(told), "{}", done.stderr);
        assert_eq!(text(&root, path), "# mine\n");
        assert!(!root.join("LICENSE").exists(), "nothing was written");
    }
    let folder = laid("A Folder", &[("x", "")]);
    let root = folder.path().join("A Folder");
    assert_eq!(run(&["init"], &root).status, 2);
    assert_eq!(run(&["init", "--name", "a-folder"], &root).status, 0);
    let there = run(&["new", "--name", "a-folder"], &root);
    assert!(there.stderr.contains("is there already; `mcp-backend init"), "{}", there.stderr);
}

const HEAD: &str = "# /// script\n# requires-python = \">=3.11\"\n# dependencies = [\n#     \"mcp>=1.23,<2\",  # the SDK\n# ]\n#\n\
    # # of the firm\n# [[tool.uv.index]]\n# url = \"https://example.org/simple\"\n# ///\n\n";
const SERVER: &str = "from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP(\"server\")\n\n\n\
    @mcp.tool()\ndef add(a: int, b: int) -> int:\n    \"\"\"Add two numbers.\"\"\"\n    return a + b\n\n\n";

/// The script `name`, made a project of: its `pyproject.toml` and its code.
fn project_of(name: &str, script: &str) -> (String, String) {
    let folder = laid("rain", &[(name, script)]);
    let path = folder.path().join("rain").join(name);
    let dry = run(&["migrate", "--dry-run"], &path);
    assert_eq!((dry.status, text(&folder.path().join("rain"), name).as_str()), (0, script), "{}", dry.stderr);
    let done = run(&["migrate"], &path);
    assert_eq!(done.status, 0, "{}", done.stderr);
    let root = folder.path().join("rain");
    assert!(!path.exists());
    let check = run(&["check", "--format", "concise"], &root);
    assert!(!check.stdout.contains("error["), "{}", check.stdout);
    let tools = run(&["tools"], &root);
    assert!(tools.stdout.contains("add"), "{}", tools.stdout);
    let built = run(&["build", "--wheel"], &root);
    assert_eq!(built.status, 0, "{}", built.stderr);
    let modules = root.join("src").read_dir().expect("there").next().expect("one").expect("read").path();
    let code = modules.read_dir().expect("there").flatten().find(|entry| entry.file_name() != "__init__.py");
    (text(&root, "pyproject.toml"), fs::read_to_string(code.expect("one").path()).expect("read"))
}

#[test]
fn a_script_becomes_a_project_with_all_that_it_says() {
    let script = format!(
        "#!/usr/bin/env -S uv run --with rich --script\n{HEAD}\"\"\"Adds numbers.\n\nWell.\n\"\"\"\n\n{SERVER}if __name__ == \"__main__\":\n    mcp.run()\n"
    );
    let (project, code) = project_of("server.py", &script);
    assert!(project.ends_with(
        "[project]\nname = \"rain\"\nversion = \"0.1.0\"\ndescription = \"Adds numbers\"\nrequires-python = \">=3.11\"\n\
         dependencies = [\"rich\",\n    \"mcp>=1.23,<2\",  # the SDK\n]\n\n[project.scripts]\nrain = \"rain.server:main\"\n\n\
         # of the firm\n[[tool.uv.index]]\nurl = \"https://example.org/simple\"\n"
    ), "{project}");
    assert_eq!(
        code,
        format!(
            "\"\"\"Adds numbers.\n\nWell.\n\"\"\"\n\n{SERVER}def main() -> None:\n    mcp.run()\n\n\nif __name__ == \"__main__\":\n    main()\n"
        )
    );
}

#[test]
fn what_a_script_starts_becomes_its_entry_point() {
    let call = "if __name__ == \"__main__\":\n    main()\n";
    for (name, end, entry, after) in [
        // a function that is there
        ("sum.py", format!("def main():\n    mcp.run()\n\n\n{call}"), "sum.server:main", None),
        ("sum.py", format!("def main(a=1, *b):\n    mcp.run()\n\n\n{}", call.replace("main()", "sys.exit(main())")), "sum.server:main", None),
        ("sum.py", format!("def main():\n    mcp.run()\n\n\n{}", call.replace("main()", "raise SystemExit(main())")), "sum.server:main", None),
        // a coroutine
        (
            "sum.py",
            "async def main():\n    await mcp.run_stdio_async()\n\n\nif __name__ == '__main__':\n    asyncio.run(main())\n".to_owned(),
            "sum.server:cli",
            Some("def cli() -> None:\n    asyncio.run(main())\n\n\nif __name__ == \"__main__\":\n    cli()\n"),
        ),
        // on one line
        (
            "main.py",
            "if \"__main__\" == __name__: mcp.run()  # now\n".to_owned(),
            "rain.main:main",
            Some("def main() -> None: mcp.run()\n\n\nif __name__ == \"__main__\":\n    main()  # now\n"),
        ),
        // without a guard
        (
            "my-sum.py",
            "mcp.run(\n    transport=\"stdio\",\n)\n".to_owned(),
            "my_sum.server:main",
            Some("def main() -> None:\n    mcp.run(\n        transport=\"stdio\",\n    )\n\n\nif __name__ == \"__main__\":\n    main()\n"),
        ),
        // what others read stays of the module
        (
            "sum.py",
            "def size():\n    return limit\n\n\nif __name__ == \"__main__\":  # start\n    limit = 3\n    other = 4\n    mcp.run()\n".to_owned(),
            "sum.server:main",
            Some("def main() -> None:  # start\n    global limit\n    limit = 3\n    other = 4\n    mcp.run()\n\n\nif __name__ == \"__main__\":\n    main()\n"),
        ),
    ] {
        let (project, code) = project_of(name, &format!("import asyncio\nimport sys\n{HEAD}{SERVER}{end}"));
        assert!(project.contains(&format!(" = \"{entry}\"")), "{end}: {project}");
        assert!(code.ends_with(after.unwrap_or(&end)), "{code}");
    }
}

#[test]
fn imports_tell_what_a_script_requires_where_they_do() {
    let (project, _) = project_of("sum.py", &format!("import yaml\n{SERVER}mcp.run()\n"));
    assert!(project.contains("\"pyyaml\""), "{project}");
    assert!(project.contains("\"mcp>=1.2,<2\""), "it is bounded by what the code uses: {project}");
}

#[test]
fn a_script_that_does_not_tell_enough_is_left_alone() {
    for (files, told) in [
        (vec![("x.py", "import unheard_of\nprint(1)\nunheard_of.run()\n")], "do not tell for `unheard_of`"),
        (
            vec![("x.py", "import helpers\nhelpers.run()\n"), ("helpers.py", "")],
            "imports `helpers`, what lies beside it",
        ),
        (vec![("x.py", "import mcp\nx = 1\n")], "does not tell what starts its server"),
        (
            vec![("x.py", "async def main(): ...\nif __name__ == '__main__':\n    main()\n")],
            "awaits it nowhere: write `asyncio.run(main())`",
        ),
        (vec![("x.py", "x.run()\n"), ("pyproject.toml", "[project]\n")], "`x.py` is part of it"),
        (vec![("x.py", "x = (\n")], "is not Python"),
        (vec![("x.py", "# /// script\n# a = [\n# ///\nx.run()\n")], "is not TOML"),
        (vec![("x.py", "# /// script\n# ///\n\n# /// script\n# ///\nx.run()\n")], "two blocks"),
        (vec![("json.py", "x.run()\n")], "`--name NAME` says how"),
    ] {
        let folder = laid("rain", &files);
        let root = folder.path().join("rain");
        let done = run(&["migrate"], &root.join(files[0].0));
        assert_eq!(done.status, 2, "{files:?}");
        assert!(done.stderr.contains(told), "{}", done.stderr);
        assert_eq!(fs::read_dir(&root).expect("there").count(), files.len(), "nothing was written");
    }
}
