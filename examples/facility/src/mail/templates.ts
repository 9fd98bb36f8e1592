/** The pack's mails, as Mustache templates that `email.send` fills, escaping what it puts into HTML. */
export const TEMPLATES = {
  autoclose: {
    subject: 'AUTOCLOSE {{what}} planned on {{plannedAt}} not reported in time',
    text: `{{name}} at {{site}}, planned on {{plannedAt}}, was not reported by {{expiredAt}}. It is closed as {{status}}.
{{#ticket}}
Ticket {{number}} was raised for it, priority {{priority}}. Next escalation: {{nextEscalation}}.
{{/ticket}}`,
    html: `<p><b>{{name}}</b> at {{site}}, planned on {{plannedAt}}, was not reported by {{expiredAt}}. It is closed as {{status}}.</p>
{{#ticket}}<p>Ticket <b>{{number}}</b> was raised for it, priority {{priority}}. Next escalation: {{nextEscalation}}.</p>{{/ticket}}`,
  },
  escalation: {
    subject: 'Escalation Level {{level}}: Ticket Number {{number}}',
    text: `Ticket {{number}} at {{site}} has been open since {{createdAt}} and is now yours.

{{description}}
`,
    html: `<p>Ticket <b>{{number}}</b> at {{site}} has been open since {{createdAt}} and is now yours.</p>
<p>{{description}}</p>`,
  },
  reminder: {
    subject: 'Reminder For {{name}}',
    text: `{{name}} at {{site}} is planned on {{plannedAt}}, and is to be reported by {{expiresAt}}.
{{#instead}}
You get this as the person in charge of the site: there is no address of {{instead}}, whose job it is.
{{/instead}}`,
    html: `<p><b>{{name}}</b> at {{site}} is planned on {{plannedAt}}, and is to be reported by {{expiresAt}}.</p>
{{#instead}}<p>You get this as the person in charge of the site: there is no address of {{instead}}, whose job it is.</p>{{/instead}}`,
  },
  report: {
    subject: 'Report {{name}}: {{period}}',
    text: `Attached is the report {{name}}: {{about}}, {{period}} ({{timeZone}}).
`,
    html: `<p>Attached is the report <b>{{name}}</b>: {{about}}, {{period}} ({{timeZone}}).</p>`,
  },
} as const;

export type TemplateName = keyof typeof TEMPLATES;
