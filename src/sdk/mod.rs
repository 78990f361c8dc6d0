//! What the words of the Python SDKs mean: `mcp` and its types, 1.x and 2.x, and `fastmcp`.
//!
//! Pure: strings in, roles out. This room knows no syntax tree, no project and no rule, and each word of an SDK is written
//! here alone. Others find the word in the program, ask what it means, and decide what follows. Two questions are kept
//! apart:
//!
//! - *What does the word do?* A table of words, in one form a file: a line is a word and its meaning. A word means the same
//!   in every release that has it, so these tables have no dates.
//! - *Which releases have it?* [`history`](self::module), made by `scripts/refresh_knowledge.py` from the wheels: modules,
//!   names, methods, keywords, and how a method may decorate.
//!
//! | question | file | answer |
//! |---|---|---|
//! | whose is this module, distribution, variable? | `distribution` | [`Sdk`] |
//! | does this path make a server? | `server_class` | [`ServerClass`]: low-level or not, whose dialect, made from what |
//! | what does `mcp.NAME(...)` do, or `FastMCP(NAME=...)`? | `role` | [`Role`] |
//! | by which transport? | `role`, `transport` | [`Starter`], [`Transport`] |
//! | what is this type of a signature? | `types` | [`SdkType`] |
//! | how do SDKs list the same differently? | `dialect` | [`Dialect`] |
//! | since when, until when? | `history`, `releases` | [`Releases`] |
//! | does this release start today? | `starts` | [`Start`] |
//!
//! A *role* is what a call does to the server that it is made on, whatever its object is called in the program. It is found
//! by the last name of the call alone:
//!
//! ```python
//! mcp = FastMCP("weather")             # server_class: mcp is a server
//! @mcp.tool()                          # Decorates(Tool)
//! def forecast(city: str): ...
//! mcp.add_prompt(prompt)               # Adds(Prompt)
//! mcp.run("sse")                       # Starts: Served, by stdio unless its first argument says otherwise
//! litellm.completion(...)              # Answers: what a `completion` of a server does
//! ```
//!
//! The last line shows the price: who needs certainty asks for the class of the object as well, as `run` is a method of
//! much. Who only must not miss a thing, such as what leads to a handler, takes the name alone.

mod dialect;
mod distribution;
mod history;
mod releases;
mod role;
mod server_class;
mod since;
mod starts;
mod transport;
mod types;

pub use dialect::{Dialect, InstalledSdks};
pub use distribution::{Sdk, is_distribution, makes_servers, reads_variable};
#[cfg(test)]
pub use history::differing;
pub use history::{
    DecoratorForms, brings, class, decorator, had_no_effect, hands_on, home, is_for_the_start, keywords,
    known_class, known_on, lacking_argument, listed, member, module, module_or_none, name, parameter,
    positional, published, requirements, requires_python, sampled, taking, took_before, words_for,
};
pub use releases::Releases;
pub use role::{
    LOG_LEVEL, PrimitiveKind, Role, StartResult, Starter, TOOL_INTERCEPTORS, TOOL_LISTERS, TransportChoice,
    keyword_role, marker, registers, role, starter,
};
pub use server_class::{
    OPENAPI, ServerClass, is_low_level_part, is_part, reads_document, server_class, table_of,
};
pub use since::MinorRelease;
pub use starts::{Start, lets_in_the_newest, start, tried_on};
pub use transport::{HOST, PORT, TRANSPORT, Transport, is_loopback, tells_transport};
pub use types::{
    FROM_FUNCTION, SdkType, TOOLS_RESULT, Wrapping, entry_class, field_of, is_hint, is_injected, is_listed,
    listing_fields, names_of, sdk_type, wrapping,
};
