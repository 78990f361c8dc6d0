//! The contract as users meet it: in wheels, at the project's root, on the command line.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use mcp_backend::backend::{self, Check, Outcome, Request};
use mcp_backend::cli::{self, CommandOutput};
use mcp_backend::render::TerminalStyle;
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;
use zip::ZipArchive;

use crate::healthy::{self, Files};

const IN_WHEEL: &str = "weather-1.0.0.dist-info/mcp/contract.json";

fn laid(files: &Files) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    healthy::lay(folder.path(), files);
    folder
}

fn run(folder: &Path, options: &[&str]) -> CommandOutput {
    looked(folder, options, TerminalStyle::default())
}

fn looked(folder: &Path, options: &[&str], look: TerminalStyle) -> CommandOutput {
    let place = folder.to_str().expect("UTF-8");
    let words: Vec<_> = ["contract", place].iter().chain(options).map(|word| (*word).to_owned()).collect();
    cli::run(&words, look, &|| false)
}

fn request<'a>(root: &'a Path, out: &'a Path, metadata: Option<&'a Path>) -> Request<'a> {
    Request { root, out, check: Check::Error, epoch: None, metadata, interrupted: &|| false }
}

/// What the hook writes into `out`.
fn built(outcome: Result<Outcome, mcp_backend::error::Error>) -> String {
    match outcome.expect("the disk works") {
        Outcome::Built(name, _) => name,
        Outcome::Refused(report) => panic!("{:?}", healthy::lines(&report)),
    }
}

fn wheel(root: &Path, out: &Path) -> Vec<u8> {
    let name = built(backend::build_wheel(&request(root, out, None)));
    fs::read(out.join(name)).expect("the wheel")
}

/// The contract in a wheel, if there is one, and RECORD.
fn held(wheel: &[u8]) -> (Option<String>, String) {
    let mut archive = ZipArchive::new(std::io::Cursor::new(wheel)).expect("a wheel");
    let mut text = |name: &str| {
        let mut text = String::new();
        archive.by_name(name).ok()?.read_to_string(&mut text).ok()?;
        Some(text)
    };
    (text(IN_WHEEL), text("weather-1.0.0.dist-info/RECORD").expect("a RECORD"))
}

/// The healthy server with another text in place of some.
fn changed(old: &str, new: &str) -> Files {
    let mut files = healthy::files();
    let server = files.get_mut("src/weather/server.py").expect("a server");
    assert!(server.contains(old));
    *server = server.replace(old, new);
    files
}

#[test]
fn a_wheel_holds_what_the_command_prints() {
    let (folder, out) = (laid(&healthy::files()), tempfile::tempdir().expect("a folder"));
    let bytes = wheel(folder.path(), out.path());
    let (contract, record) = held(&bytes);
    let contract = contract.expect("a contract");
    assert_eq!(run(folder.path(), &[]).stdout, contract);
    assert!(record.contains(&format!("{IN_WHEEL},sha256=")));
    let contract: Value = serde_json::from_str(&contract).expect("JSON");
    assert_eq!(contract["project"], serde_json::json!({"name": "weather", "version": "1.0.0"}));
    assert_eq!(contract["sdk"], serde_json::json!({"name": "mcp", "major": 2}));
    assert_eq!(contract["scripts"], serde_json::json!(["weather"]));
    assert_eq!(contract["tools"][0]["name"], "forecast");
    assert_eq!(contract["tools"][0].get("source"), None);
    assert_eq!(wheel(folder.path(), out.path()), bytes);
}

#[test]
fn a_wheel_of_the_sdist_is_the_wheel_of_the_tree() {
    let (folder, out) = (laid(&healthy::files()), tempfile::tempdir().expect("a folder"));
    assert_eq!(run(folder.path(), &["--write"]).status, 0);
    let sdist = built(backend::build_sdist(&request(folder.path(), out.path(), None)));
    let unpacked = tempfile::tempdir().expect("a folder");
    let sdist = GzDecoder::new(File::open(out.path().join(sdist)).expect("the sdist"));
    tar::Archive::new(sdist).unpack(unpacked.path()).expect("unpacked");
    let root = unpacked.path().join("weather-1.0.0");
    assert!(root.join("mcp-contract.json").exists());
    assert!(wheel(&root, out.path()) == wheel(folder.path(), out.path()));
}

#[test]
fn prepared_metadata_is_what_the_wheel_holds() {
    let (folder, out) = (laid(&healthy::files()), tempfile::tempdir().expect("a folder"));
    let prepare = |editable| {
        let out = tempfile::tempdir().expect("a folder");
        let name = built(backend::prepare_metadata(&request(folder.path(), out.path(), None), editable));
        (out.path().join(name), out)
    };
    let ((prepared, _held), (editable, _too)) = (prepare(false), prepare(true));
    let contract = prepared.join("mcp/contract.json");
    let read = fs::read_to_string(&contract).expect("a contract");
    assert_eq!(Some(read), held(&wheel(folder.path(), out.path())).0);
    assert!(!editable.join("mcp").exists());
    let hold = |metadata| backend::build_wheel(&request(folder.path(), out.path(), Some(metadata)));
    built(hold(&prepared));
    assert!(hold(&editable).is_err(), "the contract is missing");
    let install = |metadata| backend::build_editable(&request(folder.path(), out.path(), Some(metadata)));
    built(install(&editable));
    assert!(install(&prepared).is_err(), "there is one too many");
    fs::write(contract, "{}").expect("written");
    assert!(hold(&prepared).is_err(), "the contract is another");
}

#[test]
fn a_library_has_no_contract() {
    let mut files = healthy::files();
    files.insert("src/weather/server.py".to_owned(), "def main() -> None:\n    print()\n".to_owned());
    let (folder, out) = (laid(&files), tempfile::tempdir().expect("a folder"));
    let request = Request { check: Check::Off, ..request(folder.path(), out.path(), None) };
    let name = built(backend::build_wheel(&request));
    assert_eq!(held(&fs::read(out.path().join(name)).expect("the wheel")).0, None);
    let answer = run(folder.path(), &["--write"]);
    assert_eq!((answer.status, folder.path().join("mcp-contract.json").exists()), (2, false));
}

#[test]
fn files_lists_the_contract() {
    let (folder, out) = (laid(&healthy::files()), tempfile::tempdir().expect("a folder"));
    let place = folder.path().to_str().expect("UTF-8").to_owned();
    let list = |option: &str| {
        cli::run(&["files".to_owned(), place.clone(), option.to_owned()], TerminalStyle::default(), &|| false)
            .stdout
    };
    assert!(list("--wheel").contains(IN_WHEEL));
    assert!(!list("--editable").contains(IN_WHEEL));
    assert!(!list("--sdist").contains("contract.json"));
    run(folder.path(), &["--write"]);
    assert!(list("--sdist").contains("weather-1.0.0/mcp-contract.json\n"));
    assert!(!list("--wheel").contains("mcp-contract.json"));
    wheel(folder.path(), out.path());
}

#[test]
fn write_keeps_the_contract_and_says_so() {
    let folder = laid(&healthy::files());
    for words in ["wrote `mcp-contract.json`\n", "nothing changes in `mcp-contract.json`\n"] {
        let answer = run(folder.path(), &["--write"]);
        assert_eq!((answer.status, &*answer.stdout, &*answer.stderr), (0, "", words));
    }
    let place = folder.path().join("mcp-contract.json");
    assert_eq!(fs::read_to_string(&place).expect("written"), run(folder.path(), &[]).stdout);
    fs::write(&place, "old").expect("written");
    run(folder.path(), &["--write"]);
    assert_eq!(fs::read_to_string(&place).expect("written"), run(folder.path(), &[]).stdout);
}

/// Each of the three that may hold a contract, of the healthy server.
fn baselines(out: &Path) -> [String; 3] {
    let folder = laid(&healthy::files());
    run(folder.path(), &["--write"]);
    let hooks = [
        backend::build_wheel(&request(folder.path(), out, None)),
        backend::build_sdist(&request(folder.path(), out, None)),
    ];
    let [wheel, sdist] = hooks.map(|outcome| out.join(built(outcome)));
    let contract = out.join("old.json");
    fs::copy(folder.path().join("mcp-contract.json"), &contract).expect("copied");
    [contract, wheel, sdist].map(|path| path.to_str().expect("UTF-8").to_owned())
}

#[test]
fn diff_tells_what_changed_since_a_release() {
    let out = tempfile::tempdir().expect("a folder");
    let same = laid(&healthy::files());
    let other = laid(&changed("def forecast(city: str)", "def outlook(city: str, days: int = 3)"));
    for base in baselines(out.path()) {
        let answer = run(same.path(), &["--diff", &base]);
        assert_eq!((answer.status, &*answer.stdout), (0, "nothing changed since 1.0.0\n"));
        let answer = run(other.path(), &["--diff", &base]);
        assert_eq!(answer.stderr, "");
        assert_eq!(answer.status, 1);
        assert_eq!(
            answer.stdout,
            "tool `forecast`\n  major    is gone; `outlook` is new and like it (tool-removed)\n\n\
             tool `outlook`\n  minor    is new (tool-added)\n\n\
             2 changes since 1.0.0, 1 breaking: 2.0.0 is required, and the project is at 1.0.0\n"
        );
        let told: Value =
            serde_json::from_str(&run(other.path(), &["--diff", &base, "--format", "json"]).stdout)
                .expect("JSON");
        assert_eq!(
            (&told["bump"], &told["required"], &told["suffices"]),
            (&"major".into(), &"2.0.0".into(), &false.into())
        );
        assert_eq!(
            told["changes"][0],
            serde_json::json!({
                "kind": "tool-removed", "class": "major", "in": "tool", "name": "forecast", "path": "",
                "message": "is gone; `outlook` is new and like it", "warning": false,
            })
        );
    }
}

#[test]
fn diff_is_content_with_a_version_that_says_it() {
    let out = tempfile::tempdir().expect("a folder");
    let [base, ..] = baselines(out.path());
    let mut files = changed("def forecast(", "def outlook(");
    let project = files.get_mut("pyproject.toml").expect("a project");
    *project = project.replace("version = \"1.0.0\"", "version = \"2.0.0rc1\"");
    let answer = run(laid(&files).path(), &["--diff", &base]);
    assert_eq!(answer.status, 0);
    assert!(
        answer.stdout.ends_with("2 changes since 1.0.0, 1 breaking: 2.0.0rc1 is enough\n"),
        "{}",
        answer.stdout
    );
}

#[test]
fn colour_is_for_terminals_and_nothing_steers_them() {
    let out = tempfile::tempdir().expect("a folder");
    let [base, ..] = baselines(out.path());
    let text = fs::read_to_string(&base).expect("read").replace("\"forecast\"", "\"\\u001b[31mforecast\"");
    fs::write(&base, text).expect("written");
    let folder = laid(&healthy::files());
    let plain = run(folder.path(), &["--diff", &base]).stdout;
    assert!(plain.contains("tool `␛[31mforecast`") && !plain.contains('\u{1b}'), "{plain}");
    let coloured =
        looked(folder.path(), &["--diff", &base], TerminalStyle { color: true, ..TerminalStyle::default() })
            .stdout;
    assert!(coloured.contains("\u{1b}[1;31mmajor"), "{coloured}");
}

#[test]
fn of_an_sdist_the_code_tells_and_not_what_was_kept_before() {
    let (folder, out) = (laid(&healthy::files()), tempfile::tempdir().expect("a folder"));
    let [base, ..] = baselines(out.path());
    let kept =
        fs::read_to_string(base).expect("read").replace("\"version\": \"1.0.0\"", "\"version\": \"0.9.0\"");
    fs::write(folder.path().join("mcp-contract.json"), kept).expect("written");
    let sdist = built(backend::build_sdist(&request(folder.path(), out.path(), None)));
    let answer = run(folder.path(), &["--diff", out.path().join(sdist).to_str().expect("UTF-8")]);
    assert_eq!(answer.stdout, "nothing changed since 1.0.0\n", "{}", answer.stderr);
}

#[test]
fn a_baseline_that_is_none_is_told() {
    let (folder, out) = (laid(&healthy::files()), tempfile::tempdir().expect("a folder"));
    let place = |name: &str, bytes: &[u8]| {
        fs::write(out.path().join(name), bytes).expect("written");
        out.path().join(name).to_str().expect("UTF-8").to_owned()
    };
    let mut empty = GzEncoder::new(Vec::new(), Compression::fast());
    empty.write_all(&[0; 1024]).expect("packed");
    for (base, word) in [
        (place("a.json", b"{"), "cannot be read"),
        (place("a.whl", b"PK"), "cannot read"),
        (place("a.tar.gz", b"x"), "cannot read"),
        (place("b.tar.gz", &empty.finish().expect("packed")), "nor a wheel or an sdist"),
        (out.path().to_str().expect("UTF-8").to_owned(), "not a regular file"),
        (out.path().join("gone").to_str().expect("UTF-8").to_owned(), "cannot read"),
    ] {
        let answer = run(folder.path(), &["--diff", &base]);
        assert_eq!(answer.status, 2, "{base}");
        assert!(answer.stderr.contains(word), "{}", answer.stderr);
    }
    for options in
        [&["--write", "--diff", "x"][..], &["--format", "json"], &["--diff", "x", "--format", "xml"]]
    {
        assert_eq!(run(folder.path(), options).status, 2, "{options:?}");
    }
}

#[test]
fn a_baseline_of_another_project_is_compared_with_a_word() {
    let out = tempfile::tempdir().expect("a folder");
    let [base, ..] = baselines(out.path());
    let mut files = healthy::files();
    let project = files.get_mut("pyproject.toml").expect("a project");
    *project = project.replace("name = \"weather\"", "name = \"climate\"");
    let answer = run(laid(&files).path(), &["--diff", &base]);
    assert_eq!(answer.stderr, "warning: this is no release of `climate`, but of `weather`\n");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// An archive that was cut or changed anywhere is a fault or the same contract, and never more.
    #[test]
    fn no_archive_makes_reading_panic(at in 0_usize..4000, bits in 1_u8.., cut in any::<bool>(), which in 0_usize..3) {
        let out = tempfile::tempdir().expect("a folder");
        let base = &BASELINES.with(Clone::clone)[which];
        let mut bytes = base.1.clone();
        let at = at % bytes.len();
        if cut { bytes.truncate(at) } else { bytes[at] ^= bits }
        let path = out.path().join(base.0);
        fs::write(&path, bytes).expect("written");
        let _ = mcp_backend::contract::read(&path);
    }
}

thread_local! {
    static BASELINES: [(&'static str, Vec<u8>); 3] = {
        let out = tempfile::tempdir().expect("a folder");
        let [contract, wheel, sdist] = baselines(out.path()).map(|path| fs::read(path).expect("read"));
        [("a.json", contract), ("a.whl", wheel), ("a.tar.gz", sdist)]
    };
}
