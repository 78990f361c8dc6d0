//! The one test binary of the whole house.

mod archives;
mod examples;
mod healthy;
mod literate;
