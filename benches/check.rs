//! Every rule over a tree, against a bare parse of the same files by the same parser.
//!
//! ```text
//! cargo bench --bench check -- TREE...
//! ```
//!
//! Both read the files, both use all cores; they take turns, so that a ratio compares like with like.

#![expect(clippy::print_stdout, reason = "prints what it measures")]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mcp_backend::analysis::Analysis;
use mcp_backend::check::{self, Selection, Strictness};
use rayon::ThreadPoolBuilder;
use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

const ROUNDS: usize = 15;
const STACK: usize = 64 * 1024 * 1024;

fn main() {
    let trees = std::env::args_os().skip(1).map(PathBuf::from).filter(|path| path.is_dir());
    for tree in trees {
        let mut modules = Vec::new();
        find(&tree.join("src"), &mut modules);
        let mut rounds: Vec<(Duration, Duration)> =
            (0..ROUNDS).map(|_| (timed(|| parse(&modules)), timed(|| check(&tree)))).collect();
        rounds.sort_by(|left, right| ratio(*left).total_cmp(&ratio(*right)));
        let median = rounds[ROUNDS / 2];
        println!(
            "{} modules: parse {:.1} ms, check {:.1} ms, ratio {:.2}",
            modules.len(),
            median.0.as_secs_f64() * 1e3,
            median.1.as_secs_f64() * 1e3,
            ratio(median)
        );
    }
}

fn ratio((parse, check): (Duration, Duration)) -> f64 {
    check.as_secs_f64() / parse.as_secs_f64()
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn find(folder: &Path, modules: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the tree is readable") {
        let path = entry.expect("the tree is readable").path();
        if path.is_dir() {
            find(&path, modules);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            modules.push(path);
        }
    }
}

fn parse(modules: &[PathBuf]) {
    let pool = ThreadPoolBuilder::new().stack_size(STACK).build().expect("threads can be started");
    let one = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("the tree is UTF-8");
        black_box(parse_unchecked(&text, ParseOptions::from(Mode::Module))).errors().len()
    };
    let faults: usize = pool.install(|| modules.par_iter().with_max_len(8).map(one).sum());
    black_box(faults);
}

fn check(tree: &Path) {
    let analysis = Analysis::read(tree).expect("the tree is a project");
    black_box(check::run(&analysis.subject(), Strictness::Full, &Selection::default()));
    // as the command does
    std::mem::forget(analysis);
}
