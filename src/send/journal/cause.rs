//! Why a message was refused or its outcome is unknown: the stored names, and what they mean.

use std::fmt;
use std::str::FromStr;

use super::record::UnknownName;

/// Why a message is [`Refused`](super::State::Refused) or [`Unknown`](super::State::Unknown). Its name is stable: it is
/// stored, and programs read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// 412: one side blocked the other, or one of them is blacklisted.
    Restricted,
    /// 401: the key is wrong, or the token is wrong or has expired.
    Unauthenticated,
    /// 403: the key lacks a permission, or the token lacks a scope.
    Forbidden,
    /// 404: no such conversation, or no such path.
    NotFound,
    /// 3xx: redirects are not followed.
    Redirected,
    /// Any other 4xx.
    Refused,
    /// No response in time.
    TimedOut,
    /// The connection broke before a response arrived.
    Broken,
    /// 5xx.
    ServerFailed,
    /// A response that the API does not document.
    UnexpectedResponse,
    /// The run ended between the intent and the response.
    Interrupted,
}

impl Cause {
    /// All causes, those of refusals first.
    pub const ALL: [Self; 11] = [
        Self::Restricted,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Redirected,
        Self::Refused,
        Self::TimedOut,
        Self::Broken,
        Self::ServerFailed,
        Self::UnexpectedResponse,
        Self::Interrupted,
    ];

    /// Returns the stored name, such as `timed-out`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Restricted => "restricted",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::Redirected => "redirected",
            Self::Refused => "refused",
            Self::TimedOut => "timed-out",
            Self::Broken => "broken",
            Self::ServerFailed => "server-failed",
            Self::UnexpectedResponse => "unexpected-response",
            Self::Interrupted => "interrupted",
        }
    }

    /// Returns what happened, as a clause without a full stop.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Restricted => "one side has blocked the other, or one of the two is blacklisted",
            Self::Unauthenticated => "the API key or the access token was wrong, or the token had expired",
            Self::Forbidden => "the API key lacks a permission, or the access token lacks a scope",
            Self::NotFound => "the token can access no such conversation or user, or the server has no such path",
            Self::Redirected => "the server redirects elsewhere, and redirects are not followed",
            Self::Refused => "the server did not accept the request",
            Self::TimedOut => "no response arrived in time",
            Self::Broken => "the connection broke before a response arrived",
            Self::ServerFailed => "the server failed, perhaps after it had accepted the message",
            Self::UnexpectedResponse => "the response was not what the API documents",
            Self::Interrupted => "the run ended before a response arrived",
        }
    }

    /// Returns what to do, as a sentence.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::Restricted => "Sending again cannot help: leave these rows out.",
            Self::Unauthenticated => "Renew the token or correct the key, then send them again with --retry-refused.",
            Self::Forbidden => "Request the permission or the scope, then send them again with --retry-refused.",
            Self::NotFound => {
                "Correct the ids (a corrected row is a new message), or --api and --base-url, then send them again with \
                 --retry-refused."
            }
            Self::Redirected => "Correct --api or --base-url, then send them again with --retry-refused.",
            Self::Refused => {
                "A changed message counts as a new one and is sent; --retry-refused sends unchanged ones again."
            }
            Self::TimedOut | Self::Broken | Self::ServerFailed | Self::UnexpectedResponse | Self::Interrupted => {
                "They may have been delivered: look at the conversations. --resend-unknown sends them again, perhaps \
                 for the second time."
            }
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Cause {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|cause| cause.name() == name).ok_or_else(|| UnknownName(name.to_owned()))
    }
}
