import type { FindingEntry } from './entry.js';

/** What is wrong on our own side: database, clocks, model, machine. */
export const hostWords = {
  'database-unreachable': {
    topic: 'database', severity: 'problem', team: 'infrastructure',
    es: ['La base de datos no contesta ({why}).', 'Revisar DATABASE_URL, la red y la base; docs/runbook.md, «The database is away».'],
    pt: ['O banco de dados não responde ({why}).', 'Revisar DATABASE_URL, a rede e o banco; docs/runbook.md, «The database is away».'],
    en: ['The database does not answer ({why}).', 'Check DATABASE_URL, the network and the database; docs/runbook.md, “The database is away”.'],
  },
  'database-old': {
    topic: 'database', severity: 'problem', team: 'infrastructure',
    es: ['La base es PostgreSQL {version}; hace falta 15 o más nuevo.', 'Actualizar el servidor.'],
    pt: ['O banco é PostgreSQL {version}; é preciso 15 ou mais novo.', 'Atualizar o servidor.'],
    en: ['The database is PostgreSQL {version}; 15 or newer is needed.', 'Upgrade the server.'],
  },
  'database-unmigrated': {
    topic: 'database', severity: 'problem', team: 'infrastructure',
    es: ['Faltan {count} migraciones en la base.', 'Correr el rol migrate (node dist/main.js migrate).'],
    pt: ['Faltam {count} migrações no banco.', 'Rodar o papel migrate (node dist/main.js migrate).'],
    en: ['The database lacks {count} migrations.', 'Run the migrate role (node dist/main.js migrate).'],
  },
  'database-grants': {
    topic: 'database', severity: 'problem', team: 'infrastructure',
    es: ['Al usuario de la base le faltan {count} permisos: {first}.', 'Correr deploy/database-roles.sql como dueño de las tablas.'],
    pt: ['Ao usuário do banco faltam {count} permissões: {first}.', 'Rodar deploy/database-roles.sql como dono das tabelas.'],
    en: ['The database user lacks {count} grants: {first}.', 'Run deploy/database-roles.sql as the owner of the tables.'],
  },
  'database-log-changeable': {
    topic: 'database', severity: 'warning', team: 'infrastructure',
    es: ['El usuario de la base puede modificar el registro de correlación, que solo debe crecer.', 'Correr deploy/database-roles.sql como dueño de las tablas.'],
    pt: ['O usuário do banco pode modificar o registro de correlação, que só deve crescer.', 'Rodar deploy/database-roles.sql como dono das tabelas.'],
    en: ['The database user may change the correlation log, which must only grow.', 'Run deploy/database-roles.sql as the owner of the tables.'],
  },
  'database-owner': {
    topic: 'database', severity: 'note', team: 'infrastructure',
    es: ['El programa entra a la base como dueño de las tablas.', 'Se puede separar en dos usuarios: deploy/database-roles.sql.'],
    pt: ['O programa entra no banco como dono das tabelas.', 'Pode ser separado em dois usuários: deploy/database-roles.sql.'],
    en: ['The program enters the database as the owner of its tables.', 'It can be split into two users: deploy/database-roles.sql.'],
  },
  'clock-database': {
    topic: 'clock', severity: 'warning', team: 'infrastructure',
    es: ['El reloj de la base difiere del nuestro en {seconds} s.', 'Sincronizar ambos por NTP: vencimientos y esperas se deciden con el de la base.'],
    pt: ['O relógio do banco difere do nosso em {seconds} s.', 'Sincronizar ambos por NTP: vencimentos e esperas se decidem com o do banco.'],
    en: ['The database’s clock differs from ours by {seconds} s.', 'Synchronise both by NTP: ends and waits are decided by the database’s.'],
  },
  'clock-botmaker': {
    topic: 'clock', severity: 'warning', team: 'infrastructure',
    es: ['El reloj de Botmaker difiere del de la base en {seconds} s.', 'Sincronizar por NTP: la edad de los mensajes y la ventana de 24 horas dependen de los dos.'],
    pt: ['O relógio do Botmaker difere do banco em {seconds} s.', 'Sincronizar por NTP: a idade das mensagens e a janela de 24 horas dependem dos dois.'],
    en: ['Botmaker’s clock differs from the database’s by {seconds} s.', 'Synchronise by NTP: the age of messages and the 24-hour window depend on both.'],
  },
  'model-offline': {
    topic: 'model', severity: 'note', team: 'development',
    es: ['No hay modelo (AGENT_MODEL): contesta el respondedor que cita los textos de knowledge.', 'Para un agente completo: AGENT_MODEL y la clave del proveedor.'],
    pt: ['Não há modelo (AGENT_MODEL): responde o respondedor que cita os textos de knowledge.', 'Para um agente completo: AGENT_MODEL e a chave do provedor.'],
    en: ['There is no model (AGENT_MODEL): the answerer that quotes the knowledge answers.', 'For a whole agent: AGENT_MODEL and the provider’s key.'],
  },
  'model-key-refused': {
    topic: 'model', severity: 'problem', team: 'infrastructure',
    es: ['El proveedor de {model} no acepta la clave.', 'Poner una clave vigente, con saldo, del proveedor.'],
    pt: ['O provedor de {model} não aceita a chave.', 'Colocar uma chave vigente, com saldo, do provedor.'],
    en: ['The provider of {model} refuses the key.', 'Set a valid key of the provider, with credit.'],
  },
  'model-unlisted': {
    topic: 'model', severity: 'warning', team: 'development',
    es: ['El servidor contesta, pero no lista el modelo {model}.', 'Revisar el nombre en AGENT_MODEL; algunos servidores no listan nada y funcionan igual.'],
    pt: ['O servidor responde, mas não lista o modelo {model}.', 'Revisar o nome em AGENT_MODEL; alguns servidores não listam nada e funcionam mesmo assim.'],
    en: ['The server answers, and does not list the model {model}.', 'Check the name in AGENT_MODEL; some servers list nothing and work all the same.'],
  },
  'model-failed': {
    topic: 'model', severity: 'problem', team: 'infrastructure',
    es: ['El modelo {model} no contesta ({why}).', 'Revisar OPENAI_BASE_URL, la salida a internet y el estado del proveedor.'],
    pt: ['O modelo {model} não responde ({why}).', 'Revisar OPENAI_BASE_URL, a saída à internet e o estado do provedor.'],
    en: ['The model {model} does not answer ({why}).', 'Check OPENAI_BASE_URL, the way out and the provider’s status.'],
  },
  'node-old': {
    topic: 'host', severity: 'problem', team: 'infrastructure',
    es: ['Node {version} es demasiado viejo; hace falta 20.19 o más nuevo.', 'Actualizar Node, o usar la imagen.'],
    pt: ['Node {version} é antigo demais; é preciso 20.19 ou mais novo.', 'Atualizar o Node, ou usar a imagem.'],
    en: ['Node {version} is too old; 20.19 or newer is needed.', 'Upgrade Node, or use the image.'],
  },
  'spool-unwritable': {
    topic: 'host', severity: 'problem', team: 'infrastructure',
    es: ['No se puede escribir en la carpeta de respaldo de avisos ({why}): sin base de datos se perderían.', 'Revisar SPOOL_DIR: volumen, dueño y permisos.'],
    pt: ['Não se pode escrever na pasta de reserva de avisos ({why}): sem banco de dados se perderiam.', 'Revisar SPOOL_DIR: volume, dono e permissões.'],
    en: ['The folder that keeps notifications cannot be written ({why}): without a database they would be lost.', 'Check SPOOL_DIR: its volume, owner and permissions.'],
  },
  'spool-little-room': {
    topic: 'host', severity: 'warning', team: 'infrastructure',
    es: ['En el disco de la carpeta de respaldo quedan {free} MiB; SPOOL_MAX_BYTES promete {needed}.', 'Agrandar el volumen, o bajar SPOOL_MAX_BYTES.'],
    pt: ['No disco da pasta de reserva restam {free} MiB; SPOOL_MAX_BYTES promete {needed}.', 'Aumentar o volume, ou baixar SPOOL_MAX_BYTES.'],
    en: ['The disk of the folder that keeps notifications has {free} MiB left; SPOOL_MAX_BYTES promises {needed}.', 'Enlarge the volume, or lower SPOOL_MAX_BYTES.'],
  },
  'knowledge-missing': {
    topic: 'host', severity: 'problem', team: 'infrastructure',
    es: ['No se puede leer la carpeta de conocimiento ({why}).', 'Revisar KNOWLEDGE_DIR.'],
    pt: ['Não se pode ler a pasta de conhecimento ({why}).', 'Revisar KNOWLEDGE_DIR.'],
    en: ['The knowledge folder cannot be read ({why}).', 'Check KNOWLEDGE_DIR.'],
  },
  'knowledge-empty': {
    topic: 'host', severity: 'warning', team: 'flows',
    es: ['La carpeta de conocimiento no tiene textos: el agente no sabe nada del negocio.', 'Escribir archivos Markdown; docs/conversation-design.md dice cómo.'],
    pt: ['A pasta de conhecimento não tem textos: o agente não sabe nada do negócio.', 'Escrever arquivos Markdown; docs/conversation-design.md diz como.'],
    en: ['The knowledge folder holds no texts: the agent knows nothing of the business.', 'Write Markdown files; docs/conversation-design.md says how.'],
  },
  'knowledge-skipped': {
    topic: 'host', severity: 'warning', team: 'flows',
    es: ['Hay textos de conocimiento que no se pueden usar: {files}.', 'npm run cli -- knowledge index dice qué corregir en cada uno.'],
    pt: ['Há textos de conhecimento que não podem ser usados: {files}.', 'npm run cli -- knowledge index diz o que corrigir em cada um.'],
    en: ['There are knowledge files that cannot be used: {files}.', 'npm run cli -- knowledge index says what to correct in each.'],
  },
} as const satisfies Record<string, FindingEntry>;
