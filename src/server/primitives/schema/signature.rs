//! The parameters of a function as `inspect.signature` tells them.

use crate::evaluation::{CallSignature, Host, Run, Value};

/// The packages whose decorators leave the parameters as they are.
const FAITHFUL: &[&str] = &[
    "abc", "aiocache", "aiolimiter", "anyio", "async_lru", "asyncio", "backoff", "beartype", "cachetools",
    "contextlib", "deprecated", "functools", "langfuse", "langsmith", "limits", "logfire", "numba",
    "opentelemetry", "pydantic", "ratelimit", "retry", "retrying", "sentry_sdk", "tenacity",
    "timeout_decorator", "traceloop", "typeguard", "typer", "typing", "typing_extensions", "warnings",
    "weave",
];

/// The signature of what is called, as far as nothing of unknown effect stands around it; none where the text does not
/// tell.
pub(super) fn signature<H: Host>(run: &mut Run<'_, H>, called: &Value) -> Option<CallSignature> {
    let signature = run.signature(called)?;
    let is_certain = signature.is_certain && signature.decorators.iter().all(is_faithful);
    Some(CallSignature { is_certain, ..signature })
}

/// Whether a decorator from outside leaves the parameters as they are.
fn is_faithful(decorator: &Value) -> bool {
    let path = decorator.path().unwrap_or_default();
    path.split('.').next().is_some_and(|package| FAITHFUL.contains(&package.trim_end_matches("()")))
}
