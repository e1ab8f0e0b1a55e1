//! Use cases that two or more functions perform: steps that combine the database, the queue and the providers. No Lambda
//! and no HTTP types here.

pub mod assignment;
pub mod calling;
pub mod calls;
pub mod entitlement;
pub mod inbox;
pub mod porting;
pub mod provisioning;
pub mod quiet_hours;
pub mod registration;
pub mod reservation;
pub mod sending;
pub mod uploads;

use std::time::Duration;

use url::Url;

use crate::{
    config::BusinessConfig,
    db::{DbError, Pool},
    queue::{QueueError, Sender},
    signalwire::{self, ClientError, NumberWebhooks},
};

/// What getting and following numbers needs.
pub struct Provisioner {
    /// Postgres.
    pub pool: Pool,
    /// The carrier.
    pub carrier: signalwire::Client,
    /// The provisioning queue.
    pub queue: Sender,
    /// Search ladder, limits and prices.
    pub business: BusinessConfig,
    /// What a bought number is told to call.
    pub webhooks: NumberWebhooks,
    /// The platform's 10DLC campaign, once there is one.
    pub campaign_id: Option<String>,
    /// Where the carrier reports how a campaign assignment goes.
    pub registration_webhook_url: Option<Url>,
}

/// What is left to do with a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing.
    Done,
    /// The same again, after a while.
    Later(Duration),
}

/// Why a piece of work must be done again.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// Postgres.
    #[error(transparent)]
    Database(#[from] DbError),
    /// SignalWire.
    #[error(transparent)]
    Carrier(#[from] ClientError),
    /// SQS.
    #[error(transparent)]
    Queue(#[from] QueueError),
}
