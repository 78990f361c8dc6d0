//! The one test binary of the whole house.

mod archives;
mod examples;
mod floor_plan;
mod healthy;
mod hostile;
mod layouts;
mod literate;
mod renamed_requirements;
mod sdk_bounds;
mod tidy;
