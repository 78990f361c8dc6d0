//! `mcp-backend migrate`: a project of another backend becomes one of ours.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::Path;

use lexopt::Arg::{Long, Short, Value};

use super::arguments::{ProjectArguments, nearest, unexpected, word};
use super::several::Form;
use super::{Command, CommandOutput, Failure, Terminal};
use crate::analysis::{self, Analysis};
use crate::archive;
use crate::check::{Selection, Strictness};
use crate::fix;
use crate::git::Git;
use crate::layout::SRC;
use crate::migration::{self, GitState, Migration};
use crate::program;
use crate::project::FILE_NAME;
use crate::render::diff;
use crate::scaffold::NewOptions;
use crate::sdk::Sdk;
use crate::text::RelPath;
use crate::tree::{self, SourceTree};

pub(super) static COMMAND: Command = Command {
    name: "migrate",
    summary: "Turn a project of another backend, or a script, into one of ours",
    usage: "[PATH...] [--workspace] [--dry-run] [--force]\n\
            \x20      mcp-backend migrate SCRIPT.py [--name NAME] [--dry-run] [--force]\n\n\
            \x20 --name NAME       of a script: the project's name; default: the script's, or its folder's\n\
            \x20 --workspace       all members of the workspace, or all projects below PATH\n\
            \x20 -n, --dry-run     show what would be done, and do nothing\n\
            \x20 --force           migrate although git has changes that are not committed\n",
    run,
};

fn run(mut parser: lexopt::Parser, _: &Terminal<'_>) -> Result<CommandOutput, Failure> {
    let mut asked = ProjectArguments::default();
    let (mut dry, mut force, mut name) = (false, false, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("dry-run") | Short('n') => dry = true,
            Long("force") => force = true,
            Long("name") => name = Some(word(&mut parser)?),
            Long("workspace") => asked.take_workspace(),
            Value(value) => asked.take(value),
            other => return Err(unexpected(other)),
        }
    }
    if !asked.are_several() {
        let path = asked.path();
        if path.extension().is_some_and(|suffix| suffix == "py")
            && path.is_file()
            && !analysis::is_described_by(&path)
        {
            return of_script(&path, name, dry, force);
        }
        if name.is_some() {
            return Err(Failure::Usage("`--name` is of a script".to_owned()));
        }
        return migrated(&nearest(&path).unwrap_or(path), dry, force);
    }
    if name.is_some() {
        return Err(Failure::Usage("`--name` is of one script".to_owned()));
    }
    let several = asked.projects()?.of_other_backends();
    if !dry && !force {
        // what the first migration changes is not committed when the next one asks
        for place in &several.projects {
            committed(&place.root, Git::at(&place.root).as_ref())?;
        }
    }
    // git moves one thing at a time
    Ok(several.answer(Form::Text, dry, |place| migrated(&place.root, dry, true)))
}

/// Migrates one project, or shows how.
fn migrated(root: &Path, dry: bool, force: bool) -> Result<CommandOutput, Failure> {
    let tree = tree::walk(root, &[RelPath::root()])?;
    let git = Git::at(root);
    let repository =
        git.as_ref().map(|git| GitState { tags: git.tags(), ignored: git.ignored() }).unwrap_or_default();
    let mut plan =
        migration::plan(&tree, &repository).map_err(|refusal| Failure::Usage(refusal.to_string()))?;
    finish(&mut plan, &tree, &FINISHED)?;
    done(root, &tree, &plan, dry, force)
}

/// Makes a project of a script, in its folder.
fn of_script(path: &Path, name: Option<String>, dry: bool, force: bool) -> Result<CommandOutput, Failure> {
    let path = tree::real(path)?;
    let root = path.parent().unwrap_or(Path::new("."));
    let text = |part: Option<&OsStr>| part.and_then(OsStr::to_str).unwrap_or_default().to_owned();
    let script = RelPath::new(text(path.file_name()));
    let name = name.unwrap_or_else(|| migration::script_name(&script, &text(root.file_name())));
    let wish = NewOptions { name: name.clone(), sdk: Sdk::Mcp, author: None, owner: None };
    wish.check().map_err(|fault| Failure::Usage(format!("{fault}; `--name NAME` says how")))?;
    let tree = tree::walk(root, &[RelPath::new(SRC)])?;
    let plan = program::pool(root)?.install(|| migration::script_plan(&tree, &script, &name));
    let mut plan = plan.map_err(|refusal| Failure::Usage(refusal.to_string()))?;
    finish(&mut plan, &tree, &BOUNDS)?;
    done(root, &tree, &plan, dry, force)
}

/// Does what was decided, or shows it.
fn done(
    root: &Path,
    tree: &SourceTree,
    plan: &Migration,
    dry: bool,
    force: bool,
) -> Result<CommandOutput, Failure> {
    if dry {
        return Ok(CommandOutput {
            stdout: shown(plan),
            stderr: told("would migrate", plan),
            ..CommandOutput::default()
        });
    }
    if !force {
        committed(root, Git::at(root).as_ref())?;
    }
    let moves: Vec<_> = plan.moves.iter().map(|step| (&step.from, &step.to)).collect();
    let texts: Vec<_> = plan
        .changes
        .iter()
        .map(|change| (&change.path, change.before.as_deref(), change.after.as_deref()))
        .collect();
    archive::relocate(tree.root(), &moves, &texts)?;
    let mut stdout = told("migrated", plan);
    stdout += &steps(plan);
    stdout += &by_hand(plan);
    stdout += &differences(plan, root)?;
    let install = if plan.moves.is_empty() {
        ""
    } else {
        "install the project anew (`uv sync` or `pip install -e .`), then "
    };
    let _ = writeln!(stdout, "next: {install}run `mcp-backend check`");
    Ok(CommandOutput::done(stdout))
}

/// Rules whose edits are certain, and without which many a project of another backend does not build with ours.
const FINISHED: [&str; 4] = ["MET003", "MET016", "MET019", "ENT007"];

/// Rules that bound a requirement by what the code uses: scripts seldom do.
const BOUNDS: [&str; 3] = ["DEP004", "DEP005", "DEP017"];

/// Has the edits of `rules` made in the `pyproject.toml` that the plan writes.
fn finish(plan: &mut Migration, tree: &SourceTree, rules: &[&str]) -> Result<(), Failure> {
    let selection =
        Selection { select: rules.iter().map(|rule| (*rule).to_owned()).collect(), ..Selection::default() };
    let fix = fix::fix_drafts(tree.root(), &plan.drafts(tree), Strictness::Full, &selection)?;
    let changes = plan.changes.iter_mut().filter(|change| change.path.as_str() == FILE_NAME);
    for change in changes {
        if let Some(text) = fix.text(&change.path) {
            change.after = Some(text.to_owned());
        }
    }
    Ok(())
}

/// `migrated from hatchling: 1 file changed, 1 moved, 2 left by hand`.
fn told(verb: &str, plan: &Migration) -> String {
    let changed = match plan.changes.len() {
        1 => "1 file changed".to_owned(),
        count => format!("{count} files changed"),
    };
    let counts = format!("{changed}, {} moved, {} left by hand", plan.moves.len(), plan.by_hand.len());
    format!("{verb} from {}: {counts}\n", plan.backend)
}

/// The moves, the diff and what is left by hand.
fn shown(plan: &Migration) -> String {
    let moves: String =
        plan.moves.iter().map(|step| format!("move {} -> {}\n", step.from, step.to)).collect();
    let diffs = plan.changes.iter().map(|change| match (&change.before, &change.after) {
        (_, None) => format!("remove {}\n", change.path),
        (before, Some(after)) => diff::unified(change.path.as_str(), before.as_deref(), after),
    });
    moves + &diffs.collect::<String>() + &by_hand(plan)
}

/// What was moved, written and removed.
fn steps(plan: &Migration) -> String {
    let moves = plan.moves.iter().map(|step| format!("  moved {} -> {}\n", step.from, step.to));
    let changes = plan.changes.iter().map(|change| match (&change.before, &change.after) {
        (_, None) => format!("  removed {}\n", change.path),
        (None, _) => format!("  wrote {}\n", change.path),
        _ => format!("  edited {}\n", change.path),
    });
    moves.chain(changes).collect()
}

fn by_hand(plan: &Migration) -> String {
    if plan.by_hand.is_empty() {
        return String::new();
    }
    let lines = plan.by_hand.iter().map(|note| format!("  {}:{}: {}\n", note.path, note.line, note.what));
    format!("left by hand:\n{}", lines.collect::<String>())
}

/// What the wheel holds against the plan, were there such a thing: nothing may vanish or appear in silence.
fn differences(plan: &Migration, root: &Path) -> Result<String, Failure> {
    let analysis = Analysis::for_a_look(root)?;
    let shipped: BTreeSet<&str> = analysis.layout.wheel.iter().map(|one| one.installed.as_str()).collect();
    let wrote = |path: &&str| {
        let place = RelPath::new(SRC).join(path);
        plan.changes.iter().any(|change| change.path == place)
    };
    let held: BTreeSet<&str> = plan.wheel.iter().map(String::as_str).collect();
    let kept_back = |path: &str| analysis.layout.withheld.iter().any(|held| held.as_str().ends_with(path));
    let lost = held.difference(&shipped).map(|path| {
        let why =
            if kept_back(path) { "it holds credentials, and is kept back" } else { "no module holds it" };
        format!("  no longer {path}: {why}\n")
    });
    let new = shipped.difference(&held).filter(|path| !wrote(path)).map(|path| format!("  also {path}\n"));
    let lines: String = lost.chain(new).collect();
    Ok(if lines.is_empty() { lines } else { format!("the wheel holds:\n{lines}") })
}

/// Refuses where git would not show what the migration changed.
fn committed(root: &Path, git: Option<&Git<'_>>) -> Result<(), Failure> {
    let unasked = || {
        Failure::Usage(
            "git cannot be asked whether all is committed; `--force` migrates all the same".to_owned(),
        )
    };
    let Some(git) = git.filter(|git| git.has_repository()) else {
        return if root.join(".git").exists() { Err(unasked()) } else { Ok(()) };
    };
    match git.uncommitted().ok_or_else(unasked)?.lines().next() {
        None => Ok(()),
        Some(first) => Err(Failure::Usage(format!(
            "git has changes that are not committed, as `{}`; commit them, or migrate with `--force`",
            first.get(3..).unwrap_or(first)
        ))),
    }
}
