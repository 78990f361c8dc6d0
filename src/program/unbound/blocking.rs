//! What may not come back: calls that serve, or wait for something.

use std::collections::BTreeSet;

use crate::program::{BodyKey, Caller, Program};

/// What runs what it is given, and comes back.
const RUNNERS: [&str; 4] = ["anyio.run", "asyncio.run", "subprocess.run", "trio.run"];

/// Whether a call by this path, which is not the project's own, may wait for clients or for ever.
pub(super) fn may_block(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or_default();
    let waits = ["run", "serve", "start", "main", "cli", "app", "join", "wait", "mainloop"].contains(&name);
    (waits || name.starts_with("run_") || name.starts_with("serve_"))
        && !RUNNERS.contains(&path)
        && name != "run_until_complete"
}

/// The bodies from which a call that may block is reached.
pub(super) fn blocking(program: &Program) -> BTreeSet<BodyKey> {
    let mut pending: Vec<BodyKey> = Vec::new();
    for (name, module) in program.iter() {
        let calls = module.calls().iter().filter(|call| may_block(&call.path));
        pending.extend(calls.map(|call| (name.to_owned(), module.runner(call.body))));
    }
    let mut found = BTreeSet::new();
    while let Some(key) = pending.pop() {
        if key.1 == 0 || !found.insert(key.clone()) {
            continue;
        }
        for caller in program.callers(&key.0, key.1) {
            let Caller::Call(module, number) = caller else { continue };
            let Some(facts) = program.module(module) else { continue };
            pending.push((module.clone(), facts.runner(facts.calls()[*number].body)));
        }
    }
    found
}
