//! The choice between the API's two addresses.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// One of the two addresses at which the API serves the same request. The body of a request is the same at both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Api {
    /// `api.divar.ir` with `x-access-token: TOKEN`, as the API document says.
    #[default]
    Classic,
    /// `open-api.divar.ir` with `Authorization: Bearer TOKEN`, as announced on 2025-04-27.
    Current,
}

impl Api {
    /// Both addresses, the older one first.
    pub const ALL: [Self; 2] = [Self::Classic, Self::Current];

    /// Returns the name in settings: `classic` or `current`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Current => "current",
        }
    }
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Api {
    type Err = UnknownApi;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|api| api.name() == name).ok_or(UnknownApi)
    }
}

/// The error for a name that is not in [`Api::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("expected `classic` or `current`")]
pub struct UnknownApi;
