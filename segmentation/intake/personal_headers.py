"""Headers of columns that identify people, by reason, in several languages.

Each pattern is for the whole header, in lower case, its words parted by single spaces.
"""

EMAILS = "e-mail addresses"

_ID_OF = (
    "response|respondent|collector|record|submission|participant|panell?ist|panel|contact|survey"
    "|recipient|user|customer|subject|case|interview|instance|meta instance|visitor|client|member"
    "|employee|unique|anonymous|worker|answer|antwort"
)

HEADERS: dict[str, tuple[str, ...]] = {
    "IP addresses": (
        r"(?:respondent |client |remote |user )?ip(?: ?add?r(?:ess(?:es)?)?)?(?: hash)?",
        r"ip adresse?n?|adresse ip|direcci[oó]n ip|endereço (?:de )?ip|indirizzo ip|ip adres",
    ),
    EMAILS: (
        r"(?:your |recipient |contact |respondent |work |user )*e ?mail(?: ?address(?:es)?| id)?",
        r"(?:what(?: i)?s|please (?:enter|provide|leave)) your e ?mail(?: address)?",
        r"e ?mail(?: adresse?)?(?: des? .*)?|courriel|adresse (?:e ?mail|de messagerie)",
        r"correo(?: electr[oó]nico)?|direcci[oó]n de correo(?: electr[oó]nico)?",
        r"endereço de e ?mail|indirizzo (?:e ?mail|di posta elettronica)|e ?mailadres",
        r"电子邮件(?:地址)?|メールアドレス",
    ),
    "names of people": (
        r"name|surname|(?:your |recipient |contact )?(?:first|last|full|family|given) ?name",
        r"(?:your|user|respondent|contact|participant|submitter|person|candidate) ?name",
        r"(?:what(?: i)?s|please enter) your (?:first |last |full )?name|submitted by|username",
        r"(?:vor|nach|familien)name(?: des? .*)?|prénom|nom(?: de famille| complet)?",
        r"nombres?(?: completo)?|apellidos?|sobrenome|nome(?: completo)?|cognome|voornaam",
        r"achternaam|姓名|氏名|名前|twitter (?:handle|name)|github (?:user ?name|handle)",
    ),
    "phone numbers": (
        r"(?:your |contact |mobile |cell |work |home )*(?:tele)?phone(?: ?numbers?| no)?",
        r"phonenumber|(?:mobile|cell) number|tel|telefon(?:nummer)?|(?:numéro de )?téléphone",
        r"tel[eé]fono|telefone|m[oó]vil|handynummer|sim ?serial",
    ),
    "coordinates": (
        r"(?:location ?|geopoint ?|gps ?|ip ?|geo ?)*(?:latitude|longitude|lat|lng|lon|long)",
        r"(?:location ?|geopoint ?|gps ?|geo ?)*(?:altitude|accuracy|lat ?l(?:o?ng|on))",
        r"geo ?(?:point|location|code)s?|gps(?: coordinates)?|coordinates|geopoint.*",
        r"(?:breiten|längen)grad(?: des? .*)?|latitud|longitud",
    ),
    "postal addresses": (
        r"(?:street |home |postal |mailing |shipping |your )*address|anschrift|adresse postale",
    ),
    "dates of birth": (
        r"date of birth|birth ?date|birthday|dob|geburtsdatum|date de naissance",
        r"fecha de nacimiento|data de nascimento",
    ),
    "response id": (
        rf"(?:\w+ )?(?:{_ID_OF}) ?(?:set )?(?:ids?|[ug]uid|no|number|num|key|code|hash)(?: de .*)?",
        r"respondent|u?uid|guid|id|rid|pid|key|id (?:de |de la |da )(?:réponse|respuesta|resposta)",
        r"external (?:data )?ref(?:erence)?|externe datenreferenz",
    ),
    "device, browser or session": (
        r"(?:device|session|network|sim|subscriber|browser|advertising|cookie)s? ?(?:id|key|hash)",
        r"imei|deviceid|user ?agent|meta info browser|browser (?:meta info|fingerprint)",
    ),
    "access token": (r"(?:access |survey |login )?(?:token|passcode|password)|zugangscode",),
    "referring page": (r"(?:http )?referr?er(?: url| page)?|ref ?url|url de référence",),
    "custom data of the collector": (r"custom (?:data|variable|value) ?\d*|hidden fields?",),
}
