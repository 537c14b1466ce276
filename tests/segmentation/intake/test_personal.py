"""What identifies people is left out, by header and by content; what does not, stays."""

import pytest

from tests.segmentation.intake.tables import counts, read_rows


def reasons(header: str, cells: list[str]) -> str:
    survey = read_rows([["x", header], *([str(at % 3), cell] for at, cell in enumerate(cells))])
    assert (header in survey.answers) is not bool(survey.personal)
    assert {column for q in survey.questions for column in q.columns} == set(survey.answers)
    return survey.personal[0].reason if survey.personal else ""


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("IP Address", "IP addresses"),
        ("IPAddress", "IP addresses"),
        ("IP-Adresse", "IP addresses"),
        ("ipaddr", "IP addresses"),
        ("Email Address", "e-mail addresses"),
        ("RecipientEmail", "e-mail addresses"),
        ("Your e-mail", "e-mail addresses"),
        ("What is your email address?", "e-mail addresses"),
        ("E-Mail des Empfängers", "e-mail addresses"),
        ("Adresse e-mail", "e-mail addresses"),
        ("Correo electrónico", "e-mail addresses"),
        ("First Name", "names of people"),
        ("RecipientLastName", "names of people"),
        ("Name", "names of people"),
        ("Nachname des Empfängers", "names of people"),
        ("Prénom", "names of people"),
        ("Apellidos", "names of people"),
        ("Username", "names of people"),
        ("Phone number", "phone numbers"),
        ("phonenumber", "phone numbers"),
        ("Téléphone", "phone numbers"),
        ("LocationLatitude", "coordinates"),
        ("Longitude", "coordinates"),
        ("geopoint-Latitude", "coordinates"),
        ("Breitengrad des Standorts", "coordinates"),
        ("Respondent", "response id"),
        ("Respondent ID", "response id"),
        ("ResponseId", "response id"),
        ("Collector ID", "response id"),
        ("record_id", "response id"),
        ("_uuid", "response id"),
        ("KEY", "response id"),
        ("ExternalReference", "response id"),
        ("Antwort-ID", "response id"),
        ("deviceid", "device, browser or session"),
        ("SessionID", "device, browser or session"),
        ("User Agent", "device, browser or session"),
        ("Network ID", "device, browser or session"),
        ("token", "access token"),
        ("Referer", "referring page"),
        ("refurl", "referring page"),
        ("Custom Data 1", "custom data of the collector"),
        ("Date of birth", "dates of birth"),
        ("Street address", "postal addresses"),
    ],
)
def test_headers_of_personal_data(header, reason):
    assert reasons(header, ["some", "thing", "", "here"]) == reason


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([f"ann.{n}@example.org" for n in range(6)], "e-mail addresses"),
        ([f"192.0.2.{n}" for n in range(6)], "IP addresses"),
        ([f"2001:db8::{n}" for n in range(6)], "IP addresses"),
        ([f"46.52{n}1, 7.9{n}88" for n in range(6)], "coordinates"),
        ([f"+44 20 7946 09{n}0" for n in range(6)], "phone numbers"),
        ([f"3f2504e0-4f89-11d3-9a0c-0305e82c330{n}" for n in range(6)], "unique ids"),
        ([f"r2w0retelulfeavbz8nkr2w04hf2b6n{n}" for n in range(6)], "unique ids"),
        ([f"9b74c9897bac770ffc029102a200c5d{n}" for n in range(6)], "unique ids"),
    ],
)
def test_personal_data_under_an_innocent_header(cells, reason):
    assert reasons("Question", cells) == reason


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("What is the name of your primary tool", ["Jupyter", "RStudio", "Jupyter"]),
        ("Company size", ["10-49", "50-99", "10-49"]),
        ("How satisfied?", ["1", "5", "3", "3"]),
        ("Device(s) you use", ["Phone", "Laptop", "Phone"]),
        ("Which e-mail program do you use?", ["Outlook", "Mutt", "Outlook"]),
        ("Versions", ["8.0.2", "8.2.1", "8.0.2", "7.10.3"]),
        ("Do you have an ORCID ID?", ["Yes", "No", "Yes"]),
        ("Number of employees", ["10", "20", "10"]),
        ("Timestamp", ["12/14/2019 12:29:47", "12/14/2019 12:30:11", "12/15/2019 1:02:03"]),
        ("Country", ["Germany", "Chad", "Germany"]),
        ("Job title", ["Analyst", "Head of Names", "Analyst"]),
        ("number_responses", ["3080", "3080", "3080"]),
    ],
)
def test_what_only_looks_personal_stays(header, cells):
    assert reasons(header, cells) == ""


def test_a_device_as_an_option_is_no_phone_number():
    survey = read_rows(
        [["Phone", "Laptop", "Age"], ["Phone", "", "31"], ["Phone", "Laptop", "42"], ["", "", "53"]]
    )
    assert survey.personal == ()
    assert counts(survey.questions[0]) == {"Phone": 2, "Laptop": 1}


def test_contact_details_below_a_surveymonkey_question():
    survey = read_rows(
        [
            ["Please enter your contact details", "", "How long?"],
            ["Name", "Email Address", "Response"],
            ["Ann", "ann@example.org", "1 year"],
            ["Bob", "", "2 years"],
        ]
    )
    assert [column.reason for column in survey.personal] == ["names of people", "e-mail addresses"]
    assert len(survey.answers.columns) == 1


def test_free_text_with_an_address_in_it_is_left_out():
    comments = [f"This is my comment number {n} about it" for n in range(20)]
    comments[7] = "Write to me at ann@example.org, please"
    assert reasons("Comments", comments) == "e-mail addresses in free text"


def test_an_address_among_choices_is_removed_and_the_question_kept():
    tools = ["R;SQL", "R", "SQL;R", "SQL", "R;ask ann@example.org", "SQL;R"]
    survey = read_rows([["x", "Tools"], *([str(at), cell] for at, cell in enumerate(tools))])
    assert counts(survey.question("Tools"))["R"] == 5
    assert "example.org" not in survey.answers.to_csv()
    assert any("taken out of 1 answer" in note for note in survey.notes)


def test_a_survey_of_nothing_but_personal_data_still_opens():
    survey = read_rows([["Name", "Email"], ["Ann", "a@example.org"], ["Bob", "b@example.org"]])
    assert survey.questions == ()
    assert survey.respondents == 2
