import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Schemas } from '../../api/client';
import { uploadFile } from '../../api/files';
import { bytes } from '../../lib/numbers';
import { texts } from '../../texts';
import { Fault } from '../bits';
import { Icon } from '../icons';
import { useAnnounce } from '../toasts';

/** Uploads a file that is dropped or chosen; what the form keeps is its hash. */
export function FileDrop({ onFile }: { onFile(file: Schemas['File']): void }) {
  const id = useId();
  const [over, setOver] = useState(false);
  const announce = useAnnounce();
  const upload = useMutation({
    mutationFn: uploadFile,
    onSuccess: (file) => {
      announce('good', texts.schemaForm.uploaded(file.name, bytes(file.bytes)));
      onFile(file);
    },
  });
  const take = (files: FileList | null) => files?.[0] && upload.mutate(files[0]);
  return (
    <div>
      <label
        htmlFor={id}
        className={over ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files);
        }}
      >
        <Icon name="file" />
        <span>{upload.isPending ? texts.schemaForm.uploading : texts.schemaForm.dropFile}</span>
        <input id={id} type="file" className="sr-only" onChange={(event) => take(event.target.files)} />
      </label>
      <Fault text={upload.error?.message} />
    </div>
  );
}
