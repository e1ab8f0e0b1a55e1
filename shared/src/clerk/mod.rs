//! Clerk, who manages users, organisations and plans: the verification of its webhooks, the parsing of its events, what
//! its billing items entitle to, and the reading of a subscription. Nothing here stores anything.

mod backend;
mod billing;
mod entitlement;
mod event;
mod identity;
mod webhook;
mod wire;

pub use backend::{BackendClient, BackendError};
pub use billing::{
    ItemStatus, Payer, PaymentAttempt, PaymentStatus, Subscription, SubscriptionItem, SubscriptionItemEvent,
};
pub use entitlement::{Entitlement, Undecided, View, decide, tier_of_plan};
pub use event::{ClerkEvent, Event, EventError};
pub use identity::{Membership, MembershipUser, Organization, User};
pub use webhook::{SecretError, SignatureError, SignatureFailure, SigningSecret, VerifiedEvent, Verifier};
