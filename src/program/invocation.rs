//! What a call or a decorator does with the function that it is given, as its name tells.

use crate::sdk;
use crate::syntax::Term;

/// Whether a call by this path hands functions to a server, which calls them for its clients.
pub(super) fn registers(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, name)| sdk::registers(name))
}

/// Whether a call by this path calls the functions that it is given.
pub(super) fn runs_its_arguments(path: &str) -> bool {
    let runners = [
        "anyio.to_thread.run_sync",
        "asyncio.to_thread",
        "fire.Fire",
        "functools.partial",
        "threading.Thread",
    ];
    let name = path.rsplit('.').next();
    runs_to_its_end(path) || runners.contains(&path) || matches!(name, Some("run_in_executor" | "start_soon"))
}

/// Whether a call by this path calls the function that it is given, and returns when that does.
pub(super) fn runs_to_its_end(path: &str) -> bool {
    ["anyio.run", "trio.run", "typer.run"].contains(&path)
}

/// Whether it makes a command of the command line: `@click.command()`, `@app.command`.
pub(super) fn is_command(decorator: &Term) -> bool {
    decorator.decorator_name().is_some_and(|name| name.rsplit('.').next() == Some("command"))
}

/// Whether it makes what the command line comes through to a command: `@click.group()`, `@app.callback()`.
pub fn is_group(decorator: &Term) -> bool {
    let name = decorator.decorator_name();
    matches!(name.as_deref().and_then(|name| name.rsplit('.').next()), Some("group" | "callback"))
}
