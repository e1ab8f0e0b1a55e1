//! What registries refuse, found before they are asked: a submission costs money and days (SignalWire, registry, create brand
//! and create campaign; The Campaign Registry's guidelines).

use serde::Serialize;

use super::{BrandDetails, CampaignDetails};
use crate::domain::{EmailAddress, PhoneNumber, PublicUrl, text_enum::text_enum};

const LONGEST_NAME: usize = 64;
const SHORTEST_DESCRIPTION: usize = 40;
const SHORTEST_MESSAGE: usize = 20;
const FEWEST_SAMPLES: usize = 2;

text_enum! {
    /// What kind of fault it is.
    pub enum FindingCode {
        /// It is missing.
        Required => "required",
        /// It has too few characters.
        TooShort => "too_short",
        /// It has too many characters.
        TooLong => "too_long",
        /// It has another form than is asked for.
        Invalid => "invalid",
        /// It does not say how people agree to be texted.
        NoOptIn => "no_opt_in",
        /// No sample says who texts.
        NoCompanyName => "no_company_name",
        /// No sample says how to end the texts.
        NoOptOutWords => "no_opt_out_words",
        /// A mixed use case has too few or too many parts, or another one has some.
        WrongNumberOfSubUseCases => "wrong_number_of_sub_use_cases",
        /// It is there twice.
        Duplicate => "duplicate",
    }
}

/// What the registry would refuse, and what helps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The field at fault, such as `campaign.samples[0]`.
    pub field: String,
    /// What kind of fault it is.
    pub code: FindingCode,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub advice: String,
}

/// Everything that registries would refuse; nothing when it may be submitted.
#[must_use]
pub fn check_registration(brand: &BrandDetails, campaign: &CampaignDetails) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    findings.brand(brand);
    findings.campaign(campaign);
    findings.samples(&campaign.samples, &brand.company_name);
    findings.0
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, field: &str, code: FindingCode, problem: impl Into<String>, advice: &str) {
        self.0.push(Finding { field: field.to_owned(), code, problem: problem.into(), advice: advice.to_owned() });
    }

    /// Whether it is there; says so when it is not.
    fn is_given(&mut self, field: &str, text: &str, advice: &str) -> bool {
        let is_given = !text.trim().is_empty();
        if !is_given {
            self.add(field, FindingCode::Required, "This is missing.", advice);
        }
        is_given
    }

    fn is_long_enough(&mut self, field: &str, text: &str, least: usize, advice: &str) {
        let length = text.trim().chars().count();
        if self.is_given(field, text, advice) && length < least {
            let problem = format!("This has {length} characters, and the registry refuses less than {least}.");
            self.add(field, FindingCode::TooShort, problem, advice);
        }
    }

    fn brand(&mut self, brand: &BrandDetails) {
        let name = "Give the legal name exactly as the tax office has it, in 3 to 64 characters.";
        self.is_long_enough("brand.companyName", &brand.company_name, 3, name);
        if brand.company_name.trim().chars().count() > LONGEST_NAME {
            self.add("brand.companyName", FindingCode::TooLong, "This has more than 64 characters.", name);
        }
        if brand.legal_entity_type.is_none() {
            let advice = "Choose what kind of company it is.";
            self.add("brand.legalEntityType", FindingCode::Required, "This is missing.", advice);
        }
        self.tax_number(brand);
        let address = "Give street, city, state and postal code on one line, as the tax office has them.";
        self.is_long_enough("brand.address", &brand.address, 10, address);
        let website =
            "Give the address of a public website that shows the company's name, such as https://www.example.com.";
        if self.is_given("brand.website", &brand.website, website)
            && PublicUrl::try_from(brand.website.trim().to_owned()).is_err()
        {
            self.add("brand.website", FindingCode::Invalid, "This is no public https address.", website);
        }
        let email = "Give an address at which somebody of the company reads, at most 64 characters long.";
        if self.is_given("brand.contactEmail", &brand.contact_email, email)
            && (brand.contact_email.trim().parse::<EmailAddress>().is_err() || brand.contact_email.len() > LONGEST_NAME)
        {
            self.add("brand.contactEmail", FindingCode::Invalid, "This is no mail address.", email);
        }
        let phone = "Write it with plus sign and country code, such as +14055550123.";
        if self.is_given("brand.contactPhone", &brand.contact_phone, phone)
            && PhoneNumber::parse(brand.contact_phone.trim()).is_err()
        {
            self.add("brand.contactPhone", FindingCode::Invalid, "This is no phone number in E.164.", phone);
        }
    }

    fn tax_number(&mut self, brand: &BrandDetails) {
        let country = "Name the country that gave the tax number, in English, such as United States.";
        self.is_long_enough("brand.einIssuingCountry", &brand.ein_issuing_country, 2, country);
        let (is_good, advice) = tax_number_form(brand.ein_issuing_country.trim(), brand.ein.trim());
        if self.is_given("brand.ein", &brand.ein, advice) && !is_good {
            self.add(
                "brand.ein",
                FindingCode::Invalid,
                "This does not look like a tax number of that country.",
                advice,
            );
        }
    }

    fn campaign(&mut self, campaign: &CampaignDetails) {
        self.use_case(campaign);
        let description = "Say who texts whom and why, in one or two sentences of at least 40 characters.";
        self.is_long_enough("campaign.description", &campaign.description, SHORTEST_DESCRIPTION, description);
        let flow =
            "Say step by step how people agree to get texts: where the form or the keyword is, and what it says.";
        self.is_long_enough("campaign.messageFlow", &campaign.message_flow, SHORTEST_DESCRIPTION, flow);
        if !campaign.message_flow.trim().is_empty() && !says_how_to_opt_in(&campaign.message_flow) {
            let problem = "This does not say how people agree to be texted.";
            self.add("campaign.messageFlow", FindingCode::NoOptIn, problem, flow);
        }
        let opt_out = "Say that no more texts will come, and how to get them again, in at least 20 characters.";
        self.is_long_enough("campaign.optOutMessage", &campaign.opt_out_message, SHORTEST_MESSAGE, opt_out);
        let help = "Say how to reach the company and how to end the texts, in at least 20 characters.";
        self.is_long_enough("campaign.helpMessage", &campaign.help_message, SHORTEST_MESSAGE, help);
        if let Some(text) = campaign.opt_in_message.as_deref().filter(|text| !text.trim().is_empty()) {
            let opt_in = "Say what people will get and how to end it, in at least 20 characters, or leave it out.";
            self.is_long_enough("campaign.optInMessage", text, SHORTEST_MESSAGE, opt_in);
        }
        for (field, words) in [
            ("campaign.optInKeywords", &campaign.opt_in_keywords),
            ("campaign.optOutKeywords", &campaign.opt_out_keywords),
            ("campaign.helpKeywords", &campaign.help_keywords),
        ] {
            let advice = "Write words separated by commas, without spaces, such as STOP,END.";
            if self.is_given(field, words, advice) && !are_keywords(words) {
                self.add(field, FindingCode::Invalid, "These are no words separated by commas.", advice);
            }
        }
    }

    fn use_case(&mut self, campaign: &CampaignDetails) {
        let Some(use_case) = campaign.use_case else {
            let advice = "Choose what the texts are for.";
            return self.add("campaign.useCase", FindingCode::Required, "This is missing.", advice);
        };
        let (field, given) = ("campaign.subUseCases", campaign.sub_use_cases.len());
        let (least, most) = use_case.sub_use_cases();
        let advice = if most == 0 { "Leave the parts out." } else { "Choose what the texts are for in detail." };
        if !(least..=most).contains(&given) {
            let wanted = if most == 0 { "none".to_owned() } else { format!("{least} to {most}") };
            let problem = format!("{given} parts are chosen, and {use_case} takes {wanted}.");
            self.add(field, FindingCode::WrongNumberOfSubUseCases, problem, advice);
        }
        let is_twice = |(at, part)| campaign.sub_use_cases.iter().take(at).any(|before| before == part);
        if campaign.sub_use_cases.iter().enumerate().any(is_twice) {
            self.add(field, FindingCode::Duplicate, "A part is chosen twice.", "Choose each part once.");
        }
    }

    fn samples(&mut self, samples: &[String], company: &str) {
        let field = "campaign.samples";
        let advice = "Give two to five texts just as they will be sent.";
        if samples.len() < FEWEST_SAMPLES {
            let problem = format!("There are {} samples, and the registry wants at least 2.", samples.len());
            self.add(field, FindingCode::Required, problem, advice);
        }
        for (at, sample) in samples.iter().enumerate() {
            self.is_long_enough(&format!("{field}[{at}]"), sample, SHORTEST_MESSAGE, advice);
        }
        if samples.is_empty() {
            return;
        }
        let name = known_as(company);
        if !name.is_empty() && !samples.iter().any(|sample| sample.to_lowercase().contains(&name)) {
            let advice = "Begin one sample with the company's name.";
            self.add(field, FindingCode::NoCompanyName, "No sample says who texts.", advice);
        }
        if !samples.iter().any(|sample| says_how_to_opt_out(sample)) {
            let advice = "End one sample with how to end the texts, such as: Reply STOP to opt out.";
            self.add(field, FindingCode::NoOptOutWords, "No sample says how to end the texts.", advice);
        }
    }
}

/// Whether a tax number has the form of its country, and what the form is.
fn tax_number_form(country: &str, number: &str) -> (bool, &'static str) {
    let bare: String = number.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    let digits = bare.chars().all(|c| c.is_ascii_digit());
    match country.to_lowercase().as_str() {
        "united states" | "united states of america" | "usa" | "us" => {
            let is_written_well = !number.contains(' ') && (!number.contains('-') || number.find('-') == Some(2));
            (digits && bare.len() == 9 && is_written_well, "Give the EIN: nine digits, such as 12-3456789.")
        }
        "canada" | "ca" => {
            let (nine, account) = bare.split_at_checked(9).unwrap_or((&bare, ""));
            let is_number = nine.len() == 9 && nine.chars().all(|c| c.is_ascii_digit());
            let is_account =
                account.is_empty() || account.len() == 6 && account.chars().all(|c| c.is_ascii_alphanumeric());
            (is_number && is_account, "Give the business number: nine digits, such as 123456789.")
        }
        "united kingdom" | "great britain" | "gb" | "uk" => {
            let is_number = bare.len() == 8 && bare.chars().all(|c| c.is_ascii_alphanumeric());
            (is_number, "Give the company number: eight characters, such as 01234567.")
        }
        _ => {
            let is_number = (4..=21).contains(&bare.len()) && bare.chars().all(|c| c.is_ascii_alphanumeric());
            (is_number, "Give the company's tax number: 4 to 21 letters and digits.")
        }
    }
}

fn says_how_to_opt_in(text: &str) -> bool {
    const WORDS: [&str; 13] = [
        "opt in",
        "opt-in",
        "opts in",
        "consent",
        "agree",
        "sign up",
        "signs up",
        "subscrib",
        "permission",
        "checkbox",
        "check box",
        "tick",
        "keyword",
    ];
    let text = text.to_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}

fn says_how_to_opt_out(text: &str) -> bool {
    let text = text.to_lowercase();
    let has_stop = text.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "stop" | "unsubscribe"));
    has_stop || text.contains("opt out") || text.contains("opt-out")
}

/// The name without what only lawyers say, in small letters.
fn known_as(company: &str) -> String {
    const FORMS: [&str; 9] = ["llc", "inc", "ltd", "corp", "corporation", "co", "company", "gmbh", "limited"];
    let name = company.to_lowercase();
    let mut words: Vec<&str> = name.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    while words.len() > 1 && words.last().is_some_and(|word| FORMS.contains(&word.trim_matches('.'))) {
        words.pop();
    }
    words.join(" ")
}

fn are_keywords(text: &str) -> bool {
    text.split(',').all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{LegalEntityType, SubUseCase, UseCase};

    fn good() -> (BrandDetails, CampaignDetails) {
        let brand = BrandDetails {
            company_name: "Bluebird Dental, LLC".into(),
            legal_entity_type: Some(LegalEntityType::PrivateProfit),
            ein: "12-3456789".into(),
            ein_issuing_country: "United States".into(),
            vertical: None,
            address: "12 Main St, Tulsa OK, 74103".into(),
            website: "https://bluebird.example.com".into(),
            contact_email: "office@bluebird.example.com".into(),
            contact_phone: "+19185550123".into(),
        };
        let campaign = CampaignDetails {
            use_case: Some(UseCase::LowVolumeMixed),
            sub_use_cases: vec![SubUseCase::CustomerCare],
            description: "Bluebird Dental answers its patients and reminds them of appointments.".into(),
            message_flow: "Patients tick a box on the form at the desk and agree to get texts about appointments."
                .into(),
            samples: vec![
                "Bluebird Dental: your appointment is tomorrow at 2 pm.".into(),
                "We moved your appointment to Friday. Reply STOP to opt out.".into(),
            ],
            opt_out_message: "You will get no more texts from Bluebird Dental.".into(),
            help_message: "Call +1 918 555 0123 or reply STOP to end.".into(),
            ..CampaignDetails::default()
        };
        (brand, campaign)
    }

    fn found(change: impl FnOnce(&mut BrandDetails, &mut CampaignDetails)) -> Vec<(String, FindingCode)> {
        let (mut brand, mut campaign) = good();
        change(&mut brand, &mut campaign);
        check_registration(&brand, &campaign).into_iter().map(|finding| (finding.field, finding.code)).collect()
    }

    #[test]
    fn a_good_registration_has_no_findings_and_an_empty_one_names_everything() {
        assert_eq!(found(|_, _| {}), []);
        let empty = check_registration(&BrandDetails::default(), &CampaignDetails::default());
        assert!(empty.len() > 10 && empty.iter().all(|finding| finding.code == FindingCode::Required), "{empty:?}");
    }

    #[test]
    fn each_fault_is_found_by_its_field() {
        type Change = fn(&mut BrandDetails, &mut CampaignDetails);
        let cases: [(Change, &str, FindingCode); 19] = [
            (|b, _| b.ein = "1234567".into(), "brand.ein", FindingCode::Invalid),
            (|b, _| b.ein_issuing_country = "Canada".into(), "", FindingCode::Invalid),
            (|b, _| b.website = "http://bluebird.example.com".into(), "brand.website", FindingCode::Invalid),
            (|b, _| b.website = "https://localhost/".into(), "brand.website", FindingCode::Invalid),
            (|b, _| b.contact_email = "office".into(), "brand.contactEmail", FindingCode::Invalid),
            (|b, _| b.contact_phone = "918 555".into(), "brand.contactPhone", FindingCode::Invalid),
            (
                |b, c| {
                    b.company_name = "Bluebird Dental ".repeat(5);
                    c.samples[0] = b.company_name.clone();
                },
                "brand.companyName",
                FindingCode::TooLong,
            ),
            (|b, _| b.legal_entity_type = None, "brand.legalEntityType", FindingCode::Required),
            (|_, c| c.description = "Too short.".into(), "campaign.description", FindingCode::TooShort),
            (
                |_, c| c.message_flow = "We text everybody who is in our list of people.".into(),
                "campaign.messageFlow",
                FindingCode::NoOptIn,
            ),
            (|_, c| c.samples[1] = "Reply STOP.".into(), "campaign.samples[1]", FindingCode::TooShort),
            (
                |_, c| c.samples[0] = "Your appointment is tomorrow at 2 pm.".into(),
                "campaign.samples",
                FindingCode::NoCompanyName,
            ),
            (
                |_, c| c.samples[1] = "We moved your appointment to Friday at nine.".into(),
                "campaign.samples",
                FindingCode::NoOptOutWords,
            ),
            (|_, c| c.opt_out_message = "Bye.".into(), "campaign.optOutMessage", FindingCode::TooShort),
            (|_, c| c.help_message = "Call us.".into(), "campaign.helpMessage", FindingCode::TooShort),
            (|_, c| c.opt_out_keywords = "STOP, END".into(), "campaign.optOutKeywords", FindingCode::Invalid),
            (|_, c| c.sub_use_cases.clear(), "campaign.subUseCases", FindingCode::WrongNumberOfSubUseCases),
            (
                |_, c| c.use_case = Some(UseCase::Marketing),
                "campaign.subUseCases",
                FindingCode::WrongNumberOfSubUseCases,
            ),
            (|_, c| c.use_case = Some(UseCase::Mixed), "campaign.subUseCases", FindingCode::WrongNumberOfSubUseCases),
        ];
        for (change, field, code) in cases {
            let expected = if field.is_empty() { vec![] } else { vec![(field.to_owned(), code)] };
            let findings: Vec<_> = found(change).into_iter().filter(|(_, c)| *c == code || !field.is_empty()).collect();
            assert_eq!(findings, expected, "{field}");
        }
    }

    #[test]
    fn tax_numbers_have_the_form_of_their_country() {
        for (country, number, good) in [
            ("United States", "123456789", true),
            ("United States", "12-3456789", true),
            ("United States", "123-456789", false),
            ("United States", "12-345678X", false),
            ("Canada", "123456789", true),
            ("Canada", "123456789RT0001", true),
            ("Canada", "12345678", false),
            ("United Kingdom", "SC123456", true),
            ("United Kingdom", "123", false),
            ("Germany", "DE 123456789", true),
            ("Germany", "D", false),
        ] {
            assert_eq!(tax_number_form(country, number).0, good, "{country} {number}");
        }
    }
}
