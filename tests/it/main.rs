//! The one test binary of the whole house.

mod examples;
mod healthy;
mod literate;
