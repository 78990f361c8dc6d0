//! The one test binary of the whole house.

mod archives;
mod backends;
mod builders;
mod changes;
mod contract;
mod control;
mod endpoints;
mod examples;
mod export;
mod fixes;
mod floor_plan;
mod foreign;
mod healthy;
mod hostile;
mod layouts;
mod literate;
mod masked;
mod mistakes;
mod offers;
mod openapi;
mod migrate;
mod origins;
mod recorded;
mod reference;
mod remedies;
mod remedy;
mod renamed_requirements;
mod scaffold;
mod schemas;
mod sdk_bounds;
#[cfg(unix)]
mod strangers_git;
mod strict;
mod tidy;
mod tools;
