//! Les mots en français.

use nemcon_ledger::council::Consequence;
use nemcon_ledger::record::{Body, ReservationAct};

use super::time::both;
use super::{Language, Told, Words};

fn plural(count: u64, one: &str, many: &str) -> String {
    if count < 2 { format!("{count} {one}") } else { format!("{count} {many}") }
}

fn numbers(all: &[u64]) -> String {
    all.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}

/// Ce qui s’ensuit, une phrase par conséquence.
pub(super) fn consequences(words: &Words, told: &Told<'_>, all: &[Consequence]) -> Vec<String> {
    all.iter()
        .filter_map(|it| sentence(words, told, it).or_else(|| of_the_council(words, told, it)))
        .collect()
}

fn sentence(words: &Words, told: &Told<'_>, it: &Consequence) -> Option<String> {
    let is_ballot = matches!(told.body, Body::Ballot(_));
    let is_about = |measure: &u64| told.body.about().is_some_and(|about| about.measure == *measure);
    Some(match it {
        Consequence::Tabled { measure } => {
            format!("c’est la mesure {measure}, si personne d’autre n’en dépose une auparavant")
        }
        Consequence::Adopted { measures } if is_ballot && measures.iter().any(is_about) => {
            match &measures[..] {
                [_] => "Vous êtes le dernier : ceci l’ADOPTE.".to_owned(),
                all => format!(
                    "Vous êtes le dernier : ceci adopte ensemble les mesures {}.",
                    numbers(all)
                ),
            }
        }
        Consequence::Adopted { measures } => format!("ceci adopte : mesure {}", numbers(measures)),
        Consequence::NotAdopted { measure, reason } => {
            format!("la mesure {measure} N’EST PAS ADOPTÉE : {reason}")
        }
        Consequence::Lapsed { measure, reason } => {
            format!("la mesure {measure} DEVIENT CADUQUE, ce qui n’est pas une décision : {reason}")
        }
        Consequence::Withdrawn { measure } if is_about(measure) => return None,
        Consequence::Withdrawn { measure } => format!("la mesure {measure} est retirée"),
        Consequence::WaitsForPackage { measure } => format!(
            "tous les bulletins sur la mesure {measure} sont là : elle est adoptée quand tout son paquet peut l’être"
        ),
        Consequence::Blocked { measure, reason } => {
            format!(
                "la mesure {measure} reste BLOQUÉE ({reason}) jusqu’au remplacement d’un bulletin ou à la fin du vote"
            )
        }
        Consequence::Bound { measures } => {
            format!("les mesures {} sont adoptées ensemble ou pas du tout", numbers(measures))
        }
        Consequence::Deadline { measure, from, to } => format!(
            "l’échéance de la mesure {measure} passe du {} au {}",
            both(words, *from, told.zone),
            both(words, *to, told.zone)
        ),
        Consequence::BallotVoid { measure, code, .. } => {
            format!("le bulletin de {code} sur la mesure {measure} devient nul")
        }
        Consequence::MandateVoid { measure, code, holder } => {
            format!("le mandat de {code} à {holder} sur la mesure {measure} prend fin")
        }
        Consequence::ReservationLifted { measure, code, sort } => {
            format!("la réserve ({sort}) de {code} sur la mesure {measure} est levée")
        }
        Consequence::Released { measure } => format!(
            "désormais TOUT LE MONDE peut voir qui a voté quoi sur la mesure {measure} ; nul ne peut y revenir"
        ),
        Consequence::ReadByAll { measure } => format!(
            "TOUT LE MONDE peut lire ceci aussitôt, car la mesure {measure} est publique ; nul ne peut y revenir"
        ),
        Consequence::Annulled { measure } => format!("la mesure {measure} n’est plus en vigueur"),
        _ => return None,
    })
}

fn of_the_council(words: &Words, told: &Told<'_>, it: &Consequence) -> Option<String> {
    Some(match it {
        Consequence::Frozen { code } => format!("plus rien n’est dit au nom de {code}"),
        Consequence::Thawed { code } => format!("le gel de {code} prend fin"),
        Consequence::Officers { code } => {
            format!("d’autres clés signent pour {code} dès le bloc suivant")
        }
        Consequence::NodeKeys { code } => format!("le nœud de {code} change de clés"),
        Consequence::Admitted { code } => format!("{code} peut prendre son siège"),
        Consequence::Enters { code } => format!("{code} prend son siège"),
        Consequence::Leaves { code } => format!("{code} QUITTE le conseil"),
        Consequence::NoticeStands { code, leaves } => {
            let at = leaves.map(|at| format!(" au plus tard le {}", both(words, at, told.zone)));
            format!("{code} a notifié son départ{}", at.unwrap_or_default())
        }
        Consequence::NoticeFallen { code } => format!("la notification de départ de {code} tombe"),
        Consequence::Weight { code, from, to } => {
            format!("le poids de {code} passe de {from} à {to}")
        }
        Consequence::Rules { version, release, .. } => {
            format!("les règles passent à la version {version}, que connaît {release}")
        }
        _ => return None,
    })
}

fn statement(body: &Body) -> String {
    match body {
        Body::Measure(_) => "Une nouvelle mesure",
        Body::Revision(_) => "Un nouveau texte",
        Body::Package(_) => "Un paquet",
        Body::Ballot(_) => "Un bulletin",
        Body::Mandate(it) if it.holder.is_none() => "Le mandat est repris",
        Body::Mandate(_) => "Un mandat",
        Body::Reservation(it) if it.act == ReservationAct::Lift => "Une réserve est levée",
        Body::Reservation(_) => "Pas encore : une réserve",
        Body::Extension(_) => "L’échéance est reportée",
        Body::Withdrawal(_) => "Retirée",
        Body::Close(_) => "Le vote est clos",
        Body::Attestation(_) => "Une attestation",
        Body::Remark(_) => "Une déclaration au procès-verbal",
        Body::Incident(_) => "Un incident",
        Body::Attribution(_) => "Une attribution",
        Body::Keys(_) => "D’autres signataires",
        Body::Freeze(_) => "Un gel",
        Body::Rotation(_) => "D’autres clés de son nœud",
        Body::Notice(_) => "Une notification",
        Body::Entry(_) => "Il prend son siège",
    }
    .to_owned()
}

fn date(year: u16, month: u8, day: u8) -> String {
    let day = if day == 1 { "1er".to_owned() } else { day.to_string() };
    format!("{day} {} {year}", WORDS.months[usize::from(month.clamp(1, 12)) - 1])
}

/// Le nom français d’une ville ; le sien, si elle n’en a pas d’autre.
fn place(place: &str) -> String {
    match place {
        "Athens" => "Athènes",
        "Brussels" => "Bruxelles",
        "Copenhagen" => "Copenhague",
        "London" => "Londres",
        "Lisbon" => "Lisbonne",
        "Vienna" => "Vienne",
        "Warsaw" => "Varsovie",
        other => other,
    }
    .replace('_', " ")
}

pub(super) const WORDS: Words = Words {
    language: Language::French,
    weekdays: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    a_file: "Un fichier",
    about: "Objet",
    abstain: "s’abstient",
    abstain_more: "N’empêche pas l’adoption.",
    admitted: "peut prendre son siège :",
    against: "contre",
    against_more: "Bloque jusqu’à son remplacement ou à la fin du vote.",
    ahead: "Échéances de ce qui a été adopté",
    all_open: "En cours",
    all_that_was_signed: "Tout ce qui a été signé",
    alone: "seul",
    amends: "Modifie",
    answered_by: "Réponses",
    answers: "Répond à",
    applies: "S’applique aux personnes visées",
    as_it_will_be_read: "Tel que lu par tous",
    attest: "Attester",
    attestation: "Ce qui est attesté",
    attests: "atteste",
    attribute: "Attribuer",
    authorised_by: "Autorisée par la mesure",
    awaits: "Le bloc suivant attend",
    back: "Retour",
    back_to_today: "Retour à aujourd’hui",
    bases_of_kind: "Bases de ce genre",
    basis: "Bases juridiques",
    block: "Bloc",
    broken_log: "Le journal que donne le nœud enfreint la loi du conseil. Plus rien n’en est vérifié.",
    cancel: "Annuler",
    category: "Catégorie",
    certificate: "Télécharger le certificat",
    changes_council: "Change le conseil",
    charter: "Charte",
    charter_asks: "La charte le demande ; sinon la mesure dit « non indiqué ».",
    charter_in_english: "Ces phrases anglaises sont tirées de la charte que tous les fondateurs ont signée.",
    charter_requires: "La charte l’exige.",
    checked: "Vérifié d’après le journal : textes, bulletins et issue",
    choose: "Choisir …",
    clock: "Horloge",
    close: "Clore le vote",
    close_more: "Le vote se termine aussitôt. La page suivante dit ce qui s’ensuit : ce qui ne peut alors être adopté est perdu.",
    code: "Code",
    companion: "Accompagne",
    compare: "Comparer",
    compare_files: "Comparer des fichiers avec ceux qui sont liés",
    concerns: "Concerne",
    concerns_hint: "Le code du membre concerné, qui n’a alors pas de bulletin.",
    conditions: "Ce qui ne va pas",
    confidence: "Confiance",
    connected: "connecté",
    contradicts: "Ce que dit le nœud n’est pas ce que disent ses propres enregistrements.",
    council: "Conseil",
    council_digest: "Empreinte du conseil",
    dates: "Dates",
    deadline: "Échéance",
    declaration: "Déclaration formelle",
    declaration_hint: "Seulement avec l’abstention qui l’accompagne. Le fichier reste chez vous : son empreinte est signée.",
    declaration_missing: "Une abstention avec déclaration demande le fichier de la déclaration.",
    declaration_needless: "Seule une abstention avec déclaration s’accompagne d’un fichier.",
    declare: "s’abstient avec déclaration",
    declare_more: "N’empêche pas l’adoption, sauf si assez de membres en font autant.",
    do_not_sign: "Ne pas signer",
    documents: "Documents",
    documents_hint: "Les fichiers restent chez vous : nom, longueur et empreinte sont signés.",
    documents_kept: "Documents maintenus",
    does_not_answer: "ne répond pas",
    ended: "Terminée",
    enters: "Entre en vigueur",
    evidence: "Preuves hors du registre",
    exact_text: "Le texte exact",
    exceptions: "Exceptions",
    expires: "Expire",
    extend: "Reporter l’échéance",
    failed: "Cela n’a pas abouti",
    favour: "pour",
    favour_more: "Oui au texte tel qu’il est.",
    field_missing: "Ceci est nécessaire.",
    field_no_time: "Ce n’est pas une date : un jour et une heure, que les horloges montrent une fois.",
    file_hint: "Il est haché sur cette machine et n’est pas gardé.",
    find: "Chercher",
    finding: "Constat",
    follows_checked: "Vérifié : la copie du journal sur cette machine dit de même.",
    follows_told: "Selon le nœud ; ce qui attend d’être ordonné peut y changer quelque chose.",
    force: "Depuis",
    founding: "Le texte fondateur",
    freeze_lead: "Pour une machine volée : plus rien n’est dit en votre nom, aussitôt, jusqu’à ce que d’autres signataires soient désignés avec la clé de secours. La clé d’un seul signataire suffit.",
    from: "Du",
    from_own_copy: "D’après la copie du journal vérifiée sur cette machine",
    frozen: "gelé",
    gauge_blocks: "Les abstentions avec déclaration bloquent.",
    gauge_no_tip: "Aucun membre seul ne ferait basculer.",
    go_on_to_read: "Continuer : lire ce qui est signé",
    has_changed: "Ceci a changé",
    having_regard: "Vu",
    if_it_ended_now: "Si le vote se terminait maintenant, des bulletins manquant, elle deviendrait caduque.",
    incident_hint: "Le numéro d’un incident.",
    incidents: "Incidents",
    initiative: "Initiative",
    is_final: "définitive",
    item: "Point",
    joint: "avec d’autres",
    judge: "Juger",
    kept_off: "hors du registre",
    kind: "Genre",
    kinds_by_file: "Celles-ci changent le conseil lui-même et se déposent par un fichier :",
    language_hint: "Comme « en », « fr » ; anglais sinon.",
    language_of: "Sa langue",
    law: "Droit",
    lead_nothing: "Rien n’attend de vous.",
    leaf_hash: "Empreinte de la feuille",
    ledger: "Registre",
    legend: "Sens des signes",
    lift: "Lever la réserve",
    listed: "Personnes visées, sous engagement",
    listed_hint: "Une par ligne : la sorte, l’engagement sur l’identité, et celui sur les motifs.",
    locked: "Ce bureau est fermé",
    locked_more: "Un navigateur entre par un lien qui sert une fois. Le programme qui a ouvert le bureau l’affiche ; Entrée y donne un autre lien.",
    look_at_fields: "Rien n’a été signé. Voyez les champs marqués.",
    lost: "Le nœud ne répond pas. Ce qui se lit ici est comme c’était ; la page reprend d’elle-même quand le nœud est de retour.",
    lost_more: "Il démarre peut-être, ou il est arrêté. Rien n’est perdu ici : la page reprend d’elle-même quand le nœud est de retour.",
    lost_title: "Le nœud ne répond pas",
    make_public: "La rendre publique",
    mandate: "Laisser un autre membre signer",
    mandate_hint: "Il peut déposer votre bulletin sur cette seule mesure. Le vôtre l’emporte toujours.",
    mandate_holder: "Qui peut signer",
    manner: "Manière",
    may_table_nothing: "La charte ne vous laisse rien déposer ici.",
    measure_number: "Numéro",
    measures: "Mesures",
    member: "Membre",
    members: "Membres",
    minutes: "Procès-verbal",
    minutes_lead: "Ce qu’un secrétariat noterait, d’une mesure ou d’un mois.",
    missing: "manquent :",
    month: "Mois",
    moved_more: "Depuis l’affichage, le texte, l’échéance ou ce qui s’ensuit a changé. Lisez-le tel qu’il est maintenant.",
    name: "Nom",
    needs_you: "Attend votre bulletin",
    new_deadline: "Nouvelle échéance",
    no_conditions: "Tout va bien, selon le nœud.",
    no_documents: "Aucun document n’est lié.",
    no_form: "Ce formulaire a servi",
    no_form_more: "Il a déjà été envoyé, est trop ancien, ou a été ouvert par un autre navigateur. Rien n’a été signé par lui ; rouvrez la page.",
    no_incidents: "Aucun incident n’a été signalé.",
    no_incidents_here: "Ce conseil ne partage pas d’incidents.",
    no_keys_here: "Aucune clé ici",
    no_keys_more: "Portez le texte à la machine qui a la clé, signez-le là avec « nemcon statement sign », et remettez-le avec « nemcon statement submit ».",
    no_link: "Ce lien a servi",
    no_longer: "N’est plus",
    no_measures: "Aucune mesure n’a été déposée.",
    no_summary: "Le texte ne donne pas de résumé.",
    nobody_attributes: "Personne ne l’a attribué jusqu’ici.",
    nobody_speaks: "Lit pour personne",
    node_tells: "Le nœud dit",
    nodes: "Nœuds",
    nodes_differ: "Il donne un autre journal. Comparez, et ne signez rien.",
    not_attributed: "Incidents que vous n’avez pas attribués",
    not_connected: "non connecté",
    not_entitled: "sans bulletin",
    not_found: "Cette page n’existe pas",
    not_found_more: "Le numéro est peut-être autre, ou ce que vous cherchez n’est pas encore ordonné.",
    not_public: "non publique",
    not_signed: "Rien n’a été signé.",
    not_signed_unchecked: "Rien n’a été signé : ce que dit le nœud n’a pas été vérifié.",
    not_stated: "Non indiqué",
    not_yet: "Pas encore, car …",
    nothing_else: "Rien d’autre ne s’ensuit aussitôt.",
    nothing_found: "Rien n’a été trouvé.",
    nothing_signed_yet: "Rien n’est encore signé : la page suivante montre d’abord la déclaration entière.",
    notice: "part ; départ notifié",
    now: "maintenant",
    number_of_measure: "Le numéro d’une mesure.",
    observing: "Le nœud observe : il retient ses votes.",
    older: "Plus anciennes",
    one_a_line: "Une par ligne.",
    one_third: "Abstentions avec déclaration",
    one_waits: "un bulletin attend d’être ordonné",
    only_follows: "Le nœud ne fait que suivre : il ne vote ni ne scelle.",
    open_ones: "En cours",
    opens: "Le vote s’ouvre",
    opens_hint: "Aussitôt sinon.",
    optional: "facultatif",
    ordered: "Inscrit au registre",
    ordering: "Ordonnancement",
    other_nodes: "Autres nœuds",
    others_open: "Aussi en cours",
    over_ones: "Terminées",
    own_ballot: "le vôtre",
    own_copy: "La copie du journal sur cette machine",
    own_copy_more: "Chaque enregistrement que donne le nœud est rejoué ici selon la loi du conseil ; chaque signature et chaque sceau est vérifié. Ce qui est marqué comme vérifié s’accorde avec elle.",
    own_reservation: "Votre réserve :",
    package: "Paquet",
    paragraphs: "Un alinéa par ligne.",
    passphrase_missing: "Tapez la phrase secrète de cette clé.",
    passphrase_wrong: "La clé ne s’ouvre pas avec cette phrase secrète. Rien n’a été signé.",
    peers: "Nœuds des membres",
    pending: "Accepté, PAS encore ordonné",
    pending_more: "Cela ne compte pas jusqu’ici. C’est transmis à tous les nœuds, et ordonné dès qu’assez d’entre eux sont connectés et votent. Cette page dira quand.",
    position_of_yours: "Position",
    predecessor: "Mesure antérieure",
    prepared: "Préparée par",
    prepared_hint: "Un par ligne : l’organe et le jour, « coreper-ii 2026-10-01 ».",
    procedure: "Procédure",
    proof: "Preuve",
    proof_final: "Chaque membre a scellé le journal au-dessus de la décision ; les sceaux ont été vérifiés sur cette machine.",
    proof_not_final: "Le certificat montre ce qui est acquis, et ce qui manque.",
    proof_of_inclusion: "Preuve qu’il y figure",
    proportionality: "Proportionnalité",
    public: "publique",
    put_off: "L’échéance a été reportée",
    read_and_sign: "Lire et signer",
    read_it_now: "Le lire tel qu’il est",
    read_only: "lecture seule",
    read_only_more: "Ce bureau montre, et ne signe rien.",
    reason: "Motif",
    reason_hint: "Il entre au registre, et tous les membres le lisent.",
    record_col: "Enregistrement",
    record_sealed: "Il figure sous une tête d’arbre que tous les membres ont scellée.",
    record_unsealed: "Pas encore scellé par tous.",
    records: "Enregistrements",
    records_say: "Les enregistrements disent",
    reference: "Référence",
    reference_hint: "Où cela se trouve.",
    references: "Références",
    refused: "Refusé",
    refused_more: "Rien n’a changé.",
    relation: "Effet sur une mesure antérieure",
    remark: "Faire une déclaration au procès-verbal",
    remark_hint: "Un alinéa par ligne. Ce n’est pas un bulletin.",
    remark_text: "Texte",
    report: "Signaler un incident",
    reservation: "pas encore",
    rests_on: "Se fonde sur",
    retract: "bulletin repris",
    retract_more: "Comme si vous n’aviez pas signé.",
    rev_short: "REV ",
    reviews: "À réexaminer",
    revise: "Réviser le texte",
    revise_ticks: "Indiquez de nouveau à quoi répond le texte en vigueur et ce qu’il applique :",
    root: "Racine",
    rule: "Règle",
    said_besides: "Dit par ailleurs",
    sealed: "scellé",
    search: "Recherche",
    search_log: "Une mesure, une partie, une empreinte, un mot",
    see_changes: "Voir ce qui a changé",
    see_nodes: "Voir les nœuds",
    see_what_stands: "Voir ce qui est acquis",
    severity: "Gravité",
    show: "Montrer",
    sign: "Signer",
    sign_again: "Remplacer le bulletin",
    sign_as: "Signer en tant que",
    sign_nothing: "Ne signez rien ici. Demandez au nœud d’un autre membre, et comparez.",
    signed: "signés",
    signs: "signe",
    signs_for_it: "Signe pour lui",
    since: "Depuis",
    since_yesterday: "Depuis hier",
    skip: "Au texte",
    sort: "Sorte",
    start_over: "Recommencer",
    state: "État",
    status_adopted: "adoptée",
    status_blocked: "bloquée",
    status_lapsed: "caduque",
    status_not_adopted: "non adoptée",
    status_open: "en cours",
    status_withdrawn: "retirée",
    summary: "Résumé",
    table: "Déposer une mesure",
    table_lead: "Ce que la charte vous laisse déposer. Chaque genre a sa règle.",
    tabled: "Déposée",
    tacit: "par une instruction permanente",
    take_mandate_back: "Personne : reprendre le mandat",
    take_text: "Prendre le texte",
    takes_no_part: "ne participe pas",
    targets: "Personnes visées",
    text: "Texte",
    text_hash: "Empreinte du texte",
    texts_are_same: "Les deux textes sont identiques.",
    texts_it_is_about: "Ce dont il s’agit",
    title: "Titre",
    today: "Aujourd’hui",
    too_large: "C’est trop grand",
    too_large_more: "Un formulaire prend 256 Kio de mots, et des fichiers de 256 Mio. Rien n’a été signé.",
    too_long_to_compare: "Les textes sont trop longs pour être comparés ici.",
    under_a_minute: "moins d’une minute",
    under_way: "En cours d’envoi",
    under_way_more: "C’est en train d’être signé et envoyé. Cette page dira ce qu’il en advient.",
    unknown: "Aucune réponse",
    unknown_more: "C’est signé et envoyé, et peut encore être ordonné. Ne signez pas de nouveau : cette page dira quand ce sera inscrit.",
    unsigned: "non signé",
    until: "Au",
    unused: "non utilisé",
    used: "utilisé",
    vacant: "vacant : personne ne parle pour lui",
    versions: "Versions",
    waiting_records: "En attente d’être ordonnés",
    ways: "Chemins du bureau",
    ways_in_log: "Chemins du registre",
    welcome: "Le bureau est ouvert",
    what_changed: "Ce qui a changé",
    what_follows: "Ce qui s’ensuit",
    what_if: "Et si",
    what_if_lead: "Des positions que personne n’a signées, jugées par la loi même du conseil. Rien n’est envoyé ni gardé.",
    what_is_signed: "Ce qui est signé, à la lettre",
    what_was_signed: "Ce qui a été signé",
    who: "Qui",
    who_attributes: "Qui l’attribue à qui",
    who_hint: "En des mots qui entrent au registre.",
    whose_ballot: "Quel bulletin",
    withdraw: "Retirer",
    would_be_adopted: "Elle serait ADOPTÉE.",
    would_be_refused: "En l’état, ce serait refusé",
    would_block_declared: "Elle resterait BLOQUÉE par les abstentions avec déclaration et, à l’échéance, ne serait pas adoptée.",
    would_block_nobody: "Elle resterait BLOQUÉE : personne n’est pour.",
    you: "vous",
    you_signed: "Vous avez signé :",
    and_more: |count| format!("et {count} autres"),
    at_block: |height| format!("bloc {height}"),
    attributed_by: |count| plural(count as u64, "attribution", "attributions"),
    ballot_of: |code| format!("celui de {code}, sous son mandat"),
    being_checked: |done, all| {
        format!("Le journal est en cours de vérification : {done} enregistrements sur {all}")
    },
    block_n: |height| format!("Bloc {height}"),
    by: |code| format!("par {code}"),
    by_mandate: |code| format!("signé par {code}"),
    bytes: |count| plural(count, "octet", "octets"),
    clock_off: |ms, heard| format!("{ms} ms d’avance sur la médiane de {heard} membres"),
    clocks_of: |zone| format!("À l’heure de {zone} ; les pages montrent aussi l’heure UTC."),
    copy_level: |size| format!("Les {size} enregistrements découlent tous du texte fondateur."),
    count_of: |signed, entitled| format!("{signed} sur {entitled}"),
    count_of_targets: |sort| format!("Combien de la sorte {sort}"),
    date,
    days: |count| plural(count, "jour", "jours"),
    document_n: |number| format!("Document {number}"),
    field_unfit: |why| format!("Ceci ne convient pas : {why}."),
    field_unfit_line: |line, why| format!("La ligne {line} ne convient pas : {why}."),
    file_is: |file, name| format!("« {file} » est exactement le document « {name} » qui est lié."),
    file_is_none: |file| format!("« {file} » n’est aucun des documents liés."),
    freeze_party: |code| format!("Geler {code}"),
    gauge_members: |count, members| format!("{count} membres sur {members}"),
    gauge_tips: |codes| format!("Chacun d’eux seul ferait basculer : {codes}."),
    gauge_weight: |percent, of| format!("{percent} ({of})"),
    hours: |count| plural(count, "heure", "heures"),
    incident_n: |number| format!("Incident {number}"),
    k_of_n: |k, n| format!("{k} sur {n} :"),
    lead_needs: |count, left| {
        format!(
            "{} ; l’échéance la plus proche est dans {left}.",
            if count == 1 {
                "1 mesure attend votre bulletin".to_owned()
            } else {
                format!("{count} mesures attendent votre bulletin")
            }
        )
    },
    lead_open: |count| format!("{}.", plural(count as u64, "mesure en cours", "mesures en cours")),
    lets_sign: |code| format!("laisse signer {code}"),
    log_holds: |size, height| {
        format!(
            "{} en {}, tous rejoués sur cette machine.",
            plural(size, "enregistrement", "enregistrements"),
            plural(height, "bloc", "blocs")
        )
    },
    may_sign_for: |code| format!("Vous pouvez signer pour {code} sous son mandat."),
    measure_n: |number| format!("Mesure {number}"),
    measure_rev: |number, revision| format!("Mesure {number} REV {revision}"),
    minutes_left: |count| plural(count, "minute", "minutes"),
    node_of: |code| format!("Nœud de {code}"),
    nodes_of: |connected, all| format!("{connected} nœuds connectés sur {all}"),
    on_behalf: |code| format!("pour {code}"),
    opens_at: |at| format!("Le vote s’ouvre le {at} ; aucun bulletin ne compte avant."),
    ordered_in: |height| format!("Ordonné dans le bloc {height}"),
    package_of: |numbers| format!("{numbers} ensemble ou pas du tout"),
    passphrase_of: |file| format!("Phrase secrète de {file}"),
    place,
    proof_size: |size| {
        format!(
            "Le chemin de cet enregistrement à la racine de taille {size}, que tous ont scellée."
        )
    },
    put_off_since: |at| format!("L’échéance a été reportée après votre signature, au {at}."),
    read_before: |before, now| {
        format!("Vous avez lu ici REV {before} ; le texte est maintenant REV {now}.")
    },
    record: |leaf| format!("enregistrement {leaf}"),
    rev: |revision| format!("REV {revision}"),
    revise_n: |number| format!("Réviser la mesure {number}"),
    sealed_by: |members, height| {
        format!(
            "Scellé par les {members} membres jusqu’au bloc {height} ; les sceaux ont été vérifiés ici."
        )
    },
    sealed_to: |height| format!("scellé jusqu’au bloc {height}"),
    seals_of: |done, all| {
        format!("Adoptée, pas encore définitive : {done} nœuds sur {all} ont scellé la décision")
    },
    sign_position: |position| format!("Signer : {position}"),
    signed_before: |before, now| {
        format!("Vous avez signé REV {before}, qui est nul : le texte est maintenant REV {now}.")
    },
    stands_already: |leaf| {
        format!(
            "Ce même bulletin est déjà acquis, enregistrement {leaf}. Le signer de nouveau ne change rien."
        )
    },
    statement,
    table_kind: |kind| format!("Déposer une mesure du genre {kind}"),
    versions_n: |revision| {
        format!("REV {revision} fait foi ; voir ce qui a changé depuis les textes antérieurs")
    },
    waiting: |count| {
        format!(
            "{} en attente d’être ordonnés, que nul ne compte jusqu’ici.",
            plural(count as u64, "bulletin", "bulletins")
        )
    },
    would_block: |codes| {
        format!("Elle resterait BLOQUÉE et, à l’échéance, ne serait pas adoptée. Contre : {codes}.")
    },
    would_wait: |codes| format!("Elle attendrait. Manquent : {codes}."),
};
